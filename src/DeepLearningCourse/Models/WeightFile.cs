using DeepLearningCourse.Data;
using DeepLearningCourse.Models.Formats;
using DeepLearningCourse.Models.Summaries;
using DeepLearningCourse.Runtime.Display;
using static TorchSharp.torch;

namespace DeepLearningCourse.Models;

/// <summary>A file of weights, looked into without a network: safetensors, PyTorch's <c>.pt</c> and <c>.pth</c>, numpy's <c>.npz</c>.</summary>
/// <remarks>
/// <para>A safetensors file is mapped into memory: opening it reads its header only, and a tensor is read when it is first used. What is
/// written to such a tensor stays in memory and never reaches the file. The other formats are read whole when they are opened, and compared with the
/// sums (CRC-32) that are in them, which takes about 0.1 s for 1 GiB. Safetensors files have no sums: a number that was changed on the way is read as it is.</para>
/// <para>Formats: <see href="https://huggingface.co/docs/safetensors/index#format">safetensors</see>,
/// <see href="https://pytorch.org/docs/stable/notes/serialization.html">PyTorch</see>,
/// <see href="https://numpy.org/doc/stable/reference/generated/numpy.savez.html">numpy</see>.</para>
/// </remarks>
/// <example>
/// <code>
/// using var file = WeightFile.Open("pretrained.safetensors");
/// foreach (var (name, info) in file.Weights)
/// {
///     report.Add($"{name}: {info.Dtype}, {info.Shape.Count} dimensions");
/// }
///
/// using var first = file.Read("w1.weight");
/// </code>
/// </example>
[TypeFormatterSource(typeof(HtmlFormatterSource))]
public sealed class WeightFile : IDisposable, IHasHtml
{
    /// <summary>The metadata that names the network's class.</summary>
    internal const string NetworkKey = "network";

    /// <summary>What stands before a preprocessor's name in the file.</summary>
    internal const string PreprocessorKey = "preprocessor.";

    private readonly string path;
    private readonly WeightSource source;
    private bool disposed;

    private WeightFile(string path, WeightSource source) => (this.path, this.source) = (path, source);

    /// <summary>What the file holds, by key, in the order of the file.</summary>
    public IReadOnlyDictionary<string, WeightInfo> Weights => source.Entries;

    /// <summary>The text in the file, by name: the class of the network (<c>network</c>), the library that wrote it (<c>library</c>), and what else was given.</summary>
    public IReadOnlyDictionary<string, string> Metadata => source.Metadata;

    /// <summary>Opens a file.</summary>
    /// <param name="path">The file; the index (<c>.safetensors.index.json</c>) of weights in several files, or the name that they were saved under.</param>
    /// <param name="root">Where in a checkpoint of PyTorch the weights are, with dots between keys, for instance <c>model.encoder</c>; null to take the file
    /// itself or a usual key such as <c>model_state_dict</c>.</param>
    /// <returns>The file; dispose it to close it. Tensors that were read live on.</returns>
    /// <exception cref="FileNotFoundException">There is no such file, or a file that the index names is missing.</exception>
    /// <exception cref="WeightFileException">It is no weight file, or a damaged one.</exception>
    public static WeightFile Open(string path, string? root = null) => new(path, WeightFormats.Open(path, mapped: true, root));

    /// <summary>Writes tensors by key.</summary>
    /// <param name="path">The file, in the format of its ending: <c>.safetensors</c>, <c>.pt</c> or <c>.pth</c>, <c>.npz</c>. It is written aside and renamed: an
    /// interrupted program leaves the old file.</param>
    /// <param name="weights">The tensors, of any shape and on any device.</param>
    /// <param name="metadata">Text to go with them, by name.</param>
    /// <param name="maxShardBytes">More bytes than this go to several <c>.safetensors</c> files and an index; null for one file.</param>
    /// <exception cref="ArgumentException">The name has another ending, or several files are asked for in a format that has none.</exception>
    /// <exception cref="NotSupportedException">The format has no place for a tensor's type.</exception>
    /// <exception cref="IOException">The file cannot be written; an older file of that name is left as it was.</exception>
    public static void Write(
        string path, IReadOnlyDictionary<string, Tensor> weights, IReadOnlyDictionary<string, string>? metadata = null, long? maxShardBytes = null)
    {
        ArgumentNullException.ThrowIfNull(weights);
        WeightFormats.Write(path, weights, metadata ?? new Dictionary<string, string>(), maxShardBytes);
    }

    /// <summary>Reads a scaler or an encoder that was saved with the weights.</summary>
    /// <typeparam name="T">What was saved, for instance <see cref="StandardScaler"/>.</typeparam>
    /// <param name="path">The file that <see cref="WeightExtensions.SaveWeights"/> wrote.</param>
    /// <param name="name">The name it was saved under.</param>
    /// <returns>The preprocessor, fitted as it was.</returns>
    /// <exception cref="FileNotFoundException">There is no such file.</exception>
    /// <exception cref="WeightFileException">It is no weight file, or a damaged one.</exception>
    /// <exception cref="ArgumentException">The file has no preprocessor of that name.</exception>
    /// <exception cref="InvalidDataException">It is of another type, or damaged.</exception>
    public static T ReadPreprocessor<T>(string path, string name)
        where T : Preprocessor, new()
    {
        ArgumentNullException.ThrowIfNull(name);
        using var file = Open(path);

        if (file.Metadata.TryGetValue(PreprocessorKey + name, out var json))
        {
            return Preprocessor.FromJson<T>(json, $"{path}, preprocessor '{name}',");
        }

        var names = file.Metadata.Keys.Where(key => key.StartsWith(PreprocessorKey, StringComparison.Ordinal)).Select(key => $"'{key[PreprocessorKey.Length..]}'").ToArray();
        throw new ArgumentException(
            $"{path} has no preprocessor '{name}'. " + (names.Length > 0 ? $"It has {string.Join(", ", names)}." : "It has none: give them to SaveWeights."), nameof(name));
    }

    /// <summary>One tensor.</summary>
    /// <param name="name">Its key.</param>
    /// <returns>The tensor, on the processor, the caller's to dispose. It may be written to: the file stays as it is.</returns>
    /// <exception cref="ArgumentException">The file has no such key.</exception>
    /// <exception cref="ObjectDisposedException">The file was closed.</exception>
    public Tensor Read(string name)
    {
        ArgumentNullException.ThrowIfNull(name);
        ObjectDisposedException.ThrowIf(disposed, this);

        return Weights.ContainsKey(name)
            ? source.Read(name)
            : throw new ArgumentException(
                $"{path} has no weights '{name}'. It has {NameList.Of(Weights.Keys)}.", nameof(name));
    }

    /// <summary>What the file holds as a table, without reading a tensor.</summary>
    /// <returns>Lines of text.</returns>
    public override string ToString() => WeightTable.Text(this);

    /// <summary>The same table for a page or a notebook, and the metadata below it.</summary>
    /// <returns>HTML that brings its own style: a div element.</returns>
    public string ToHtml() => WeightTable.Html(this);

    /// <summary>Closes the file.</summary>
    public void Dispose()
    {
        disposed = true;
        source.Dispose();
    }
}
