using DeepLearningCourse.Data;

namespace DeepLearningCourse.Tests.Data;

public sealed class PixelsTests
{
    [Test]
    public void Bytes_become_normalised_numbers_at_any_length([Values(0, 1, 7, 31, 32, 33, 100, 257)] int length)
    {
        var pixels = Enumerable.Range(0, length).Select(i => (byte)(i * 37)).ToArray();
        var result = new float[length];
        Pixels.Normalize(pixels, result, mean: 0.485f, std: 0.229f);

        Assert.That(result, Is.EqualTo(pixels.Select(p => ((p / 255.0) - 0.485) / 0.229)).Within(1e-5));
    }

    [Test]
    public void Without_mean_and_deviation_they_lie_between_0_and_1()
    {
        var result = new float[256];
        Pixels.Normalize([.. Enumerable.Range(0, 256).Select(i => (byte)i)], result);

        Assert.That((result[0], result[255]), Is.EqualTo((0f, 1f)));
        Assert.That(() => Pixels.Normalize(new byte[3], new float[2]), Throws.ArgumentException.With.Message.StartsWith(
            "There are 3 pixels and result has room for 2: the lengths must be equal."));
    }
}
