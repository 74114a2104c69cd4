using DeepLearningCourse.Data;
using SkiaSharp;
using static TorchSharp.torch;

namespace DeepLearningCourse.Images;

/// <summary>Single images as tensors.</summary>
public static class ImageFile
{
    /// <summary>Reads an image.</summary>
    /// <param name="path">The file: PNG, JPEG, BMP, GIF or WEBP.</param>
    /// <param name="transforms">What it goes through, with the random numbers of <see cref="SampleRandom.Current"/>.</param>
    /// <param name="channels">3 for colours, 1 for brightness only.</param>
    /// <param name="maxPixels">A larger image is refused before it is decoded.</param>
    /// <returns>A new tensor <c>[channels, height, width]</c>, float32, from 0 to 1 unless a transform changes that.</returns>
    /// <exception cref="FileNotFoundException">There is no such file.</exception>
    /// <exception cref="InvalidDataException">It is no whole image, or one larger than allowed.</exception>
    /// <exception cref="ArgumentOutOfRangeException">channels is neither 1 nor 3.</exception>
    public static Tensor Read(string path, IReadOnlyList<ImageTransform>? transforms = null, int channels = 3, long maxPixels = ImageFolder.DefaultMaxPixels)
    {
        ArgumentException.ThrowIfNullOrEmpty(path);
        var pipeline = new Pipeline(transforms, channels, maxPixels);
        var random = SampleRandom.Current;
        using var bitmap = pipeline.Decode(path, random);
        var values = new float[checked(channels * bitmap.Width * bitmap.Height)];
        pipeline.Write(bitmap, values, random);
        return tensor(values, [channels, bitmap.Height, bitmap.Width]);
    }

    /// <summary>Writes an image as PNG, to look at what a network sees.</summary>
    /// <param name="path">The file.</param>
    /// <param name="image"><c>[3, height, width]</c> or <c>[1, height, width]</c>, from 0 to 1; what lies beyond becomes 0 or 1.</param>
    /// <exception cref="ArgumentException">image is of another shape.</exception>
    /// <exception cref="IOException">The file cannot be written.</exception>
    public static void Write(string path, Tensor image)
    {
        ArgumentException.ThrowIfNullOrEmpty(path);
        ArgumentNullException.ThrowIfNull(image);

        if (image.dim() != 3 || image.shape[0] is not (1 or 3) || image.numel() == 0)
        {
            throw new ArgumentException($"image is [{string.Join(", ", image.shape)}] and must be [3, height, width] or [1, height, width].", nameof(image));
        }

        using var scope = NewDisposeScope();
        var bytes = image.detach().to(float32, CPU).clamp(0, 1).mul(255).round().to(uint8).expand(3, -1, -1).permute(1, 2, 0).contiguous().bytes.ToArray();
        using var bitmap = Bitmaps.New((int)image.shape[2], (int)image.shape[1]);
        var pixels = new byte[bytes.Length / 3 * 4];

        for (var i = 0; i < bytes.Length / 3; i++)
        {
            bytes.AsSpan(3 * i, 3).CopyTo(pixels.AsSpan(4 * i));
            pixels[(4 * i) + 3] = 255;
        }

        System.Runtime.InteropServices.Marshal.Copy(pixels, 0, bitmap.GetPixels(), pixels.Length);
        using var png = bitmap.Encode(SKEncodedImageFormat.Png, 100);
        File.WriteAllBytes(path, png.ToArray());
    }
}
