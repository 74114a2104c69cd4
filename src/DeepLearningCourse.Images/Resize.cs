using DeepLearningCourse.Data;
using SkiaSharp;

namespace DeepLearningCourse.Images;

/// <summary>Scales an image: <see href="https://pytorch.org/vision/stable/generated/torchvision.transforms.Resize.html">torchvision.transforms.Resize</see>.</summary>
/// <remarks>Bilinear. The last bits of the numbers are Skia's, not PIL's.</remarks>
public sealed class Resize : ImageTransform
{
    private readonly int height;
    private readonly int? width;

    /// <summary>Scales so that the shorter side has so many pixels; the other one keeps its proportion.</summary>
    /// <param name="shorterSide">Pixels of the shorter side, at least 1.</param>
    /// <exception cref="ArgumentOutOfRangeException">shorterSide is below 1.</exception>
    public Resize(int shorterSide) => height = ImageSize.Require(shorterSide, shorterSide).Height;

    /// <summary>Scales to one size, whatever the proportion was.</summary>
    /// <param name="height">Rows, at least 1.</param>
    /// <param name="width">Columns, at least 1.</param>
    /// <exception cref="ArgumentOutOfRangeException">height or width is below 1.</exception>
    public Resize(int height, int width) => (this.height, this.width) = (ImageSize.Require(height, width).Height, width);

    internal override SKBitmap OnBitmap(SKBitmap bitmap, SampleRandom random)
    {
        var size = SizeOf(new ImageSize(bitmap.Height, bitmap.Width))!.Value;
        return Bitmaps.Resized(bitmap, size.Width, size.Height);
    }

    internal override ImageSize? SizeOf(ImageSize? input)
    {
        if (width is { } fixedWidth)
        {
            return new(height, fixedWidth);
        }

        return input is not var (rows, columns) ? null
            : rows <= columns ? new(height, Math.Max(1, (int)((long)height * columns / rows)))
            : new(Math.Max(1, (int)((long)height * rows / columns)), height);
    }
}
