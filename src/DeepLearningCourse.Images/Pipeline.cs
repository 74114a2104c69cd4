using DeepLearningCourse.Data;
using SkiaSharp;

namespace DeepLearningCourse.Images;

/// <summary>The way of one image from its file through the transforms into numbers.</summary>
internal sealed class Pipeline
{
    private readonly ImageTransform[] transforms;
    private readonly int channels;
    private readonly long maxPixels;

    public Pipeline(IReadOnlyList<ImageTransform>? transforms, int channels, long maxPixels)
    {
        this.transforms = [.. transforms ?? []];
        (this.channels, this.maxPixels) = (channels, maxPixels);

        if (channels is not (1 or 3))
        {
            throw new ArgumentOutOfRangeException(nameof(channels), $"channels is {channels}: use 3 for colours, or 1 for brightness only.");
        }

        if (this.transforms.OfType<Normalize>().FirstOrDefault(n => n.Channels != channels) is { } wrong)
        {
            throw new ArgumentException($"Normalize has {wrong.Channels} means and the images have {channels} channels: give it one for each.");
        }
    }

    public int Channels => channels;

    /// <summary>The size that all images get; null if each keeps its own.</summary>
    public ImageSize? Size => transforms.Aggregate((ImageSize?)null, (size, transform) => transform.SizeOf(size));

    public ImageSize SizeOf(string path) => transforms.Aggregate((ImageSize?)Bitmaps.SizeOf(path, maxPixels), (size, transform) => transform.SizeOf(size))!.Value;

    /// <summary>Decodes and turns, cuts and scales; the bitmap is the caller's.</summary>
    public SKBitmap Decode(string path, SampleRandom random)
    {
        var bitmap = Bitmaps.Decode(path, maxPixels);

        try
        {
            foreach (var transform in transforms)
            {
                bitmap = transform.OnBitmap(bitmap, random);
            }

            return bitmap;
        }
        catch
        {
            bitmap.Dispose();
            throw;
        }
    }

    /// <summary>Writes the numbers and changes the colours.</summary>
    public void Write(SKBitmap bitmap, Span<float> values, SampleRandom random)
    {
        var planes = new Planes(values, channels);
        Bitmaps.Write(bitmap, planes);

        foreach (var transform in transforms)
        {
            transform.OnPixels(planes, random);
        }
    }
}
