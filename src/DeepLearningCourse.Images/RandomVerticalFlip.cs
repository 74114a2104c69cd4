using DeepLearningCourse.Data;
using SkiaSharp;

namespace DeepLearningCourse.Images;

/// <summary>
/// Swaps top and bottom of some images:
/// <see href="https://pytorch.org/vision/stable/generated/torchvision.transforms.RandomVerticalFlip.html">torchvision.transforms.RandomVerticalFlip</see>.
/// </summary>
/// <param name="probability">Of how many images, from 0 to 1.</param>
/// <exception cref="ArgumentOutOfRangeException">probability is not between 0 and 1.</exception>
public sealed class RandomVerticalFlip(double probability = 0.5) : ImageTransform
{
    private readonly double probability = Probability.Require(probability);

    internal override SKBitmap OnBitmap(SKBitmap bitmap, SampleRandom random) => random.NextDouble() < probability
        ? Bitmaps.Redrawn(bitmap, bitmap.Width, bitmap.Height, canvas => canvas.Scale(1, -1, 0, bitmap.Height / 2f))
        : bitmap;
}
