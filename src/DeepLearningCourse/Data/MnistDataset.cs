using DeepLearningCourse.Data.Formats;
using static TorchSharp.torch;

namespace DeepLearningCourse.Data;

/// <summary>MNIST and its family (Fashion-MNIST, KMNIST) from a folder with its four files.</summary>
/// <remarks>
/// The files are those of <see href="http://yann.lecun.com/exdb/mnist/">MNIST</see> and
/// <see href="https://github.com/zalandoresearch/fashion-mnist">Fashion-MNIST</see>: <c>train-images-idx3-ubyte</c>,
/// <c>train-labels-idx1-ubyte</c>, <c>t10k-images-idx3-ubyte</c> and <c>t10k-labels-idx1-ubyte</c>, with <c>.gz</c> or without. Nothing is
/// downloaded. The pixels are held as bytes and scaled when a batch is made.
/// </remarks>
/// <example>
/// <code>
/// var train = new MnistDataset("data/mnist", mean: 0.1307f, std: 0.3081f);
/// var test = new MnistDataset("data/mnist", train: false, mean: 0.1307f, std: 0.3081f);
/// </code>
/// </example>
public sealed class MnistDataset : SpanDataset<float, long>
{
    private readonly byte[] pixels;
    private readonly byte[] labels;
    private readonly int size;
    private readonly float mean;
    private readonly float std;

    /// <summary>Reads the training or the test part.</summary>
    /// <param name="folder">The folder with the files.</param>
    /// <param name="train">The training part; false for the test part.</param>
    /// <param name="mean">Subtracted from the pixels once they lie between 0 and 1; 0 to leave them.</param>
    /// <param name="std">Divides the pixels after that; 1 to leave them.</param>
    /// <exception cref="DirectoryNotFoundException">There is no such folder.</exception>
    /// <exception cref="FileNotFoundException">It lacks one of the files.</exception>
    /// <exception cref="InvalidDataException">A file is damaged, or the images and labels are not as many.</exception>
    public MnistDataset(string folder, bool train = true, float mean = 0, float std = 1)
        : this(Find(folder, train, "images-idx3"), Find(folder, train, "labels-idx1"), Idx.Read, mean, std)
    {
    }

    private MnistDataset(string imagesName, string labelsName, Func<string, Tensor> read, float mean, float std)
    {
        using var scope = NewDisposeScope();
        var images = read(imagesName);
        var classes = read(labelsName);

        if (images.dtype != ScalarType.Byte || images.dim() != 3 || classes.dtype != ScalarType.Byte || classes.dim() != 1)
        {
            throw new InvalidDataException(
                $"{imagesName} holds {Shapes.Text(images)} of {images.dtype} and {labelsName} {Shapes.Text(classes)} of {classes.dtype}: " +
                "the images must be [images, rows, columns] and the labels [images], both of bytes.");
        }

        if (images.shape[0] != classes.shape[0])
        {
            throw new InvalidDataException($"{imagesName} has {images.shape[0]} images and {labelsName} has {classes.shape[0]} labels: each image needs its label.");
        }

        FeatureShape = [1, images.shape[1], images.shape[2]];
        size = checked((int)(images.shape[1] * images.shape[2]));
        (pixels, labels, this.mean, this.std) = (images.bytes.ToArray(), classes.bytes.ToArray(), mean, std);
    }

    /// <inheritdoc/>
    public override long Count => labels.Length;

    /// <summary><c>[1, 28, 28]</c>: one channel, rows, columns.</summary>
    public override IReadOnlyList<long> FeatureShape { get; }

    /// <summary><c>[]</c>: the class number.</summary>
    public override IReadOnlyList<long> TargetShape { get; } = [];

    /// <inheritdoc/>
    public override void CopyTo(long index, Span<float> features, Span<long> target)
    {
        if ((ulong)index >= (ulong)labels.Length)
        {
            throw new ArgumentOutOfRangeException(nameof(index), $"There is no sample {index}: there are {labels.Length}, numbered from 0 to {labels.Length - 1}.");
        }

        Pixels.Normalize(pixels.AsSpan((int)index * size, size), features, mean, std);
        target[0] = labels[index];
    }

    /// <summary>The same from streams by name, which the library's own data comes in.</summary>
    internal static MnistDataset From(Func<string, Stream> open, bool train, float mean, float std) =>
        new(FileName(train, "images-idx3") + ".gz", FileName(train, "labels-idx1") + ".gz", name => ReadFrom(open, name), mean, std);

    private static Tensor ReadFrom(Func<string, Stream> open, string name)
    {
        using var stream = Gzip.Decompressed(open(name));
        return Idx.Read(stream, long.MaxValue, name);
    }

    private static string Find(string folder, bool train, string what)
    {
        ArgumentException.ThrowIfNullOrEmpty(folder);

        if (!Directory.Exists(folder))
        {
            throw new DirectoryNotFoundException(
                $"There is no folder {folder}. A relative path starts from the folder the program runs in, {Environment.CurrentDirectory}.");
        }

        var name = FileName(train, what);

        // Unpacked by some programs, the last hyphen becomes a point.
        string[] names = [name, name + ".gz", name.Replace("-idx", ".idx", StringComparison.Ordinal), name.Replace("-idx", ".idx", StringComparison.Ordinal) + ".gz"];

        return names.Select(n => Path.Combine(folder, n)).FirstOrDefault(File.Exists) ?? throw new FileNotFoundException(
            $"{folder} has no file {name}, with .gz or without. MNIST's four files have to be fetched by hand.", Path.Combine(folder, name));
    }

    private static string FileName(bool train, string what) => $"{(train ? "train" : "t10k")}-{what}-ubyte";
}
