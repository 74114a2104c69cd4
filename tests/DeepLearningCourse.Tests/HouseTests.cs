using TorchSharp;

namespace DeepLearningCourse.Tests;

public sealed class HouseTests : TensorTest
{
    [Test]
    public void TorchSharp_is_the_version_the_house_pins() =>
        Assert.That(typeof(torch).Assembly.GetName().Version!.ToString(3), Is.EqualTo("0.107.0"));
}
