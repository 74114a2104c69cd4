using DeepLearningCourse.Data;
using SkiaSharp;

namespace DeepLearningCourse.Images;

/// <summary>
/// Cuts out a random part of random size and proportion and scales it:
/// <see href="https://pytorch.org/vision/stable/generated/torchvision.transforms.RandomResizedCrop.html">torchvision.transforms.RandomResizedCrop</see>.
/// </summary>
/// <param name="height">Rows, at least 1.</param>
/// <param name="width">Columns, at least 1.</param>
/// <param name="minScale">The smallest part of the image's area, above 0.</param>
/// <param name="maxScale">The largest part of the image's area.</param>
/// <param name="minRatio">The smallest width in relation to the height, above 0.</param>
/// <param name="maxRatio">The largest width in relation to the height.</param>
/// <exception cref="ArgumentOutOfRangeException">A number is out of its range.</exception>
public sealed class RandomResizedCrop(
    int height, int width, double minScale = 0.08, double maxScale = 1, double minRatio = 3.0 / 4, double maxRatio = 4.0 / 3) : ImageTransform
{
    private const int Tries = 10;

    private readonly ImageSize size = ImageSize.Require(height, width);
    private readonly (double Min, double Max) scale = Require(minScale, maxScale, "scale");
    private readonly (double Min, double Max) ratio = Require(minRatio, maxRatio, "ratio");

    internal override SKBitmap OnBitmap(SKBitmap bitmap, SampleRandom random)
    {
        var (left, top, w, h) = Choose(bitmap.Width, bitmap.Height, random);
        return Bitmaps.Resized(Bitmaps.Cropped(bitmap, left, top, w, h), size.Width, size.Height);
    }

    internal override ImageSize? SizeOf(ImageSize? input) => size;

    private (int Left, int Top, int Width, int Height) Choose(int imageWidth, int imageHeight, SampleRandom random)
    {
        for (var i = 0; i < Tries; i++)
        {
            var area = (double)imageWidth * imageHeight * Between(scale, random);
            var proportion = Math.Exp(Between((Math.Log(ratio.Min), Math.Log(ratio.Max)), random));
            var (w, h) = ((int)Math.Round(Math.Sqrt(area * proportion)), (int)Math.Round(Math.Sqrt(area / proportion)));

            if (w > 0 && h > 0 && w <= imageWidth && h <= imageHeight)
            {
                return (random.Next(0, imageWidth - w + 1), random.Next(0, imageHeight - h + 1), w, h);
            }
        }

        return Middle(imageWidth, imageHeight);
    }

    private (int Left, int Top, int Width, int Height) Middle(int imageWidth, int imageHeight)
    {
        var proportion = Math.Clamp((double)imageWidth / imageHeight, ratio.Min, ratio.Max);
        var w = Math.Clamp((int)Math.Round(imageHeight * proportion), 1, imageWidth);
        var h = Math.Clamp((int)Math.Round(w / proportion), 1, imageHeight);
        return ((imageWidth - w) / 2, (imageHeight - h) / 2, w, h);
    }

    private static double Between((double Min, double Max) range, SampleRandom random) => range.Min + ((range.Max - range.Min) * random.NextDouble());

    private static (double Min, double Max) Require(double min, double max, string name) => min > 0 && min <= max && double.IsFinite(max)
        ? (min, max)
        : throw new ArgumentOutOfRangeException(name, FormattableString.Invariant($"The {name} goes from {min} to {max}: both must be above 0, and the first not the larger."));
}
