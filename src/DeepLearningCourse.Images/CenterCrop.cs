using DeepLearningCourse.Data;
using SkiaSharp;

namespace DeepLearningCourse.Images;

/// <summary>Cuts out the middle: <see href="https://pytorch.org/vision/stable/generated/torchvision.transforms.CenterCrop.html">torchvision.transforms.CenterCrop</see>.</summary>
/// <remarks>A smaller image gets a black border.</remarks>
/// <param name="height">Rows, at least 1.</param>
/// <param name="width">Columns, at least 1.</param>
/// <exception cref="ArgumentOutOfRangeException">height or width is below 1.</exception>
public sealed class CenterCrop(int height, int width) : ImageTransform
{
    private readonly ImageSize size = ImageSize.Require(height, width);

    internal override SKBitmap OnBitmap(SKBitmap bitmap, SampleRandom random) => Bitmaps.Cropped(
        bitmap, (int)Math.Round((bitmap.Width - size.Width) / 2.0), (int)Math.Round((bitmap.Height - size.Height) / 2.0), size.Width, size.Height);

    internal override ImageSize? SizeOf(ImageSize? input) => size;
}
