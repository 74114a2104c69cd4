using DeepLearningCourse.Data;

namespace DeepLearningCourse.Images;

/// <summary>A folder with a folder of images for each class: <c>folder/class/name.png</c>.</summary>
/// <remarks>
/// Follows <see href="https://pytorch.org/vision/stable/generated/torchvision.datasets.ImageFolder.html">torchvision.datasets.ImageFolder</see>: the
/// classes are the folders in the order of their names. PNG, JPEG, BMP, GIF and WEBP are decoded by Skia, upright as the camera was held, each
/// time they are read, straight into the batch. Transparency is left out.
/// </remarks>
/// <example>
/// <code>
/// var train = new ImageFolder("pets/train", [new RandomResizedCrop(224, 224), new RandomHorizontalFlip(), Normalize.ImageNet]);
/// using var loader = new DataLoader&lt;(Tensor features, Tensor target)&gt;(train, batchSize: 32, shuffle: true, numWorkers: 4);
/// </code>
/// </example>
public sealed class ImageFolder : SpanDataset<float, long>
{
    /// <summary>How many pixels an image may have unless another number is given: 100 million.</summary>
    public const long DefaultMaxPixels = 100_000_000;

    private static readonly HashSet<string> Extensions = new([".png", ".jpg", ".jpeg", ".bmp", ".gif", ".webp"], StringComparer.OrdinalIgnoreCase);

    private readonly Pipeline pipeline;
    private readonly ImageSize size;
    private readonly string[] paths;
    private readonly long[] labels;

    /// <summary>Lists the images; none is decoded before it is asked for.</summary>
    /// <param name="folder">The folder with the classes' folders. Folders in those count too.</param>
    /// <param name="transforms">What each image goes through. All must come out at one size: without a transform that sees to it, all must have the size of the first.</param>
    /// <param name="channels">3 for colours, 1 for brightness only.</param>
    /// <param name="maxPixels">Larger images are refused before they are decoded, as a small file may claim to be huge.</param>
    /// <exception cref="DirectoryNotFoundException">There is no such folder.</exception>
    /// <exception cref="InvalidDataException">It has no folders, or one of them has no image.</exception>
    /// <exception cref="ArgumentException">A Normalize does not have the images' channels.</exception>
    /// <exception cref="ArgumentOutOfRangeException">channels is neither 1 nor 3.</exception>
    public ImageFolder(string folder, IReadOnlyList<ImageTransform>? transforms = null, int channels = 3, long maxPixels = DefaultMaxPixels)
    {
        ArgumentException.ThrowIfNullOrEmpty(folder);
        pipeline = new Pipeline(transforms, channels, maxPixels);
        var classFolders = ClassFolders(folder);
        var images = classFolders.Select(Images).ToArray();
        Classes = [.. classFolders.Select(path => Path.GetFileName(path)!)];
        paths = [.. images.SelectMany(image => image)];
        labels = [.. images.SelectMany((all, label) => Enumerable.Repeat((long)label, all.Length))];
        size = pipeline.Size ?? pipeline.SizeOf(paths[0]);
        FeatureShape = [channels, size.Height, size.Width];
    }

    /// <summary>The names of the classes by their numbers.</summary>
    public IReadOnlyList<string> Classes { get; }

    /// <summary>The images' files, by sample.</summary>
    public IReadOnlyList<string> Paths => paths;

    /// <inheritdoc/>
    public override long Count => paths.Length;

    /// <summary><c>[channels, height, width]</c>.</summary>
    public override IReadOnlyList<long> FeatureShape { get; }

    /// <summary><c>[]</c>: the class number.</summary>
    public override IReadOnlyList<long> TargetShape { get; } = [];

    /// <inheritdoc/>
    public override void CopyTo(long index, Span<float> features, Span<long> target)
    {
        if ((ulong)index >= (ulong)paths.Length)
        {
            throw new ArgumentOutOfRangeException(nameof(index), $"There is no sample {index}: there are {paths.Length} images, numbered from 0 to {paths.Length - 1}.");
        }

        var random = SampleRandom.Current;
        using var bitmap = pipeline.Decode(paths[index], random);

        if (bitmap.Height != size.Height || bitmap.Width != size.Width)
        {
            throw new InvalidDataException(
                $"{paths[index]} comes out at {new ImageSize(bitmap.Height, bitmap.Width)} and the first image at {size}: a batch needs one size. " +
                "Add a transform that gives one, such as Resize(224, 224) or CenterCrop(224, 224).");
        }

        pipeline.Write(bitmap, features, random);
        target[0] = labels[index];
    }

    private static string[] ClassFolders(string folder)
    {
        if (!Directory.Exists(folder))
        {
            throw new DirectoryNotFoundException(
                $"There is no folder {folder}. A relative path starts from the folder the program runs in, {Environment.CurrentDirectory}.");
        }

        string[] folders = [.. Directory.GetDirectories(folder).OrderBy(Path.GetFileName, StringComparer.Ordinal)];
        return folders.Length > 0 ? folders : throw new InvalidDataException($"{folder} has no folders. It needs one for each class, with the images of the class: {Path.Combine(folder, "cat", "1.png")}.");
    }

    private static string[] Images(string classFolder)
    {
        string[] images = [.. Directory.EnumerateFiles(classFolder, "*", SearchOption.AllDirectories)
            .Where(path => Extensions.Contains(Path.GetExtension(path))).Order(StringComparer.Ordinal)];
        return images.Length > 0 ? images : throw new InvalidDataException(
            $"{classFolder} has no images ({string.Join(", ", Extensions)}): each class needs at least one. Remove the folder if it is no class.");
    }
}
