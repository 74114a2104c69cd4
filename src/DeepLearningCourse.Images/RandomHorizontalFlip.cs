using DeepLearningCourse.Data;
using SkiaSharp;

namespace DeepLearningCourse.Images;

/// <summary>
/// Swaps left and right of some images:
/// <see href="https://pytorch.org/vision/stable/generated/torchvision.transforms.RandomHorizontalFlip.html">torchvision.transforms.RandomHorizontalFlip</see>.
/// </summary>
/// <param name="probability">Of how many images, from 0 to 1.</param>
/// <exception cref="ArgumentOutOfRangeException">probability is not between 0 and 1.</exception>
public sealed class RandomHorizontalFlip(double probability = 0.5) : ImageTransform
{
    private readonly double probability = Probability.Require(probability);

    internal override SKBitmap OnBitmap(SKBitmap bitmap, SampleRandom random) => random.NextDouble() < probability
        ? Bitmaps.Redrawn(bitmap, bitmap.Width, bitmap.Height, canvas => canvas.Scale(-1, 1, bitmap.Width / 2f, 0))
        : bitmap;
}
