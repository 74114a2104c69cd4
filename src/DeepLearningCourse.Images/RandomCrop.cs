using DeepLearningCourse.Data;
using SkiaSharp;

namespace DeepLearningCourse.Images;

/// <summary>Cuts out a random part: <see href="https://pytorch.org/vision/stable/generated/torchvision.transforms.RandomCrop.html">torchvision.transforms.RandomCrop</see>.</summary>
/// <param name="height">Rows, at least 1.</param>
/// <param name="width">Columns, at least 1.</param>
/// <param name="padding">Black pixels that are put around the image first. A smaller image gets as many as are missing.</param>
/// <exception cref="ArgumentOutOfRangeException">height or width is below 1, or padding negative.</exception>
public sealed class RandomCrop(int height, int width, int padding = 0) : ImageTransform
{
    private readonly ImageSize size = ImageSize.Require(height, width);
    private readonly int padding = padding >= 0 ? padding : throw new ArgumentOutOfRangeException(nameof(padding), $"padding is {padding}: it cannot be negative.");

    internal override SKBitmap OnBitmap(SKBitmap bitmap, SampleRandom random)
    {
        var left = Offset(bitmap.Width, size.Width, random);
        var top = Offset(bitmap.Height, size.Height, random);
        return Bitmaps.Cropped(bitmap, left, top, size.Width, size.Height);
    }

    internal override ImageSize? SizeOf(ImageSize? input) => size;

    private int Offset(int available, int wanted, SampleRandom random)
    {
        var border = Math.Max(padding, (wanted - available + 1) / 2);
        return random.Next(0, available + (2 * border) - wanted + 1) - border;
    }
}
