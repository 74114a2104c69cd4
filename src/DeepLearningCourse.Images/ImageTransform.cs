using DeepLearningCourse.Data;
using SkiaSharp;

namespace DeepLearningCourse.Images;

/// <summary>A step that each image goes through on its way into the batch.</summary>
/// <remarks>
/// <para>The names and the meaning are those of <see href="https://pytorch.org/vision/stable/transforms.html">torchvision.transforms</see>.
/// Geometry comes first, on the image as it was decoded, in the order given; then colours, on numbers from 0 to 1, in theirs.</para>
/// <para>All chance comes from the sample's own <see cref="SampleRandom"/>, so a picture is the same whichever worker makes it, and another one
/// in the next epoch. A transform is used by several workers at once: it has no state.</para>
/// </remarks>
public abstract class ImageTransform
{
    // Internal, so that bitmaps, and who disposes them, stay the library's business.
    internal virtual SKBitmap OnBitmap(SKBitmap bitmap, SampleRandom random) => bitmap;

    internal virtual void OnPixels(Planes planes, SampleRandom random)
    {
    }

    /// <summary>The size it makes of an image; null if that depends on the image.</summary>
    internal virtual ImageSize? SizeOf(ImageSize? input) => input;
}
