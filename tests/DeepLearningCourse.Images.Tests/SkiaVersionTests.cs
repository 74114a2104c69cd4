using DeepLearningCourse.Tests.Data;
using static TorchSharp.torch;

namespace DeepLearningCourse.Images.Tests;

/// <summary>TorchSharp is built against an older SkiaSharp than the one it is given here.</summary>
public sealed class SkiaVersionTests
{
    [Test]
    public void The_pictures_that_TorchSharp_itself_draws_are_still_drawn()
    {
        using TemporaryFolder folder = new();
        using var scope = NewDisposeScope();
        var writer = utils.tensorboard.SummaryWriter(folder["log"]);

        Assert.That(() => writer.add_img("picture", rand(3, 6, 8), 1), Throws.Nothing);
        Assert.That(new FileInfo(Directory.GetFiles(folder["log"]).Single()).Length, Is.GreaterThan(150));
    }
}
