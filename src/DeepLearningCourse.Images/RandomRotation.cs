using DeepLearningCourse.Data;
using SkiaSharp;

namespace DeepLearningCourse.Images;

/// <summary>Turns an image about its middle: <see href="https://pytorch.org/vision/stable/generated/torchvision.transforms.RandomRotation.html">torchvision.transforms.RandomRotation</see>.</summary>
/// <remarks>Bilinear; the size stays, and the corners become black.</remarks>
/// <param name="degrees">By how much at most, to either side, from 0 to 180.</param>
/// <exception cref="ArgumentOutOfRangeException">degrees is not between 0 and 180.</exception>
public sealed class RandomRotation(double degrees) : ImageTransform
{
    private readonly double degrees = degrees is >= 0 and <= 180
        ? degrees
        : throw new ArgumentOutOfRangeException(nameof(degrees), FormattableString.Invariant($"degrees is {degrees}: it must lie between 0 and 180."));

    internal override SKBitmap OnBitmap(SKBitmap bitmap, SampleRandom random)
    {
        var angle = (float)(degrees * ((2 * random.NextDouble()) - 1));
        return Bitmaps.Redrawn(
            bitmap, bitmap.Width, bitmap.Height, canvas => canvas.RotateDegrees(angle, bitmap.Width / 2f, bitmap.Height / 2f), new SKSamplingOptions(SKFilterMode.Linear));
    }
}
