using DeepLearningCourse.Data;
using DeepLearningCourse.Models.Formats;
using DeepLearningCourse.Models.Printing;
using static TorchSharp.torch;

namespace DeepLearningCourse.Models;

/// <summary>Saving and loading a network's weights.</summary>
public static class WeightExtensions
{
    /// <summary>Saves a network's parameters and buffers, to be loaded here or in Python.</summary>
    /// <param name="model">The network; it may be on any device.</param>
    /// <param name="path">The file, in the format of its ending: <c>.safetensors</c>, <c>.pt</c> or <c>.pth</c> (for <c>torch.load</c>), <c>.npz</c> (for numpy). It is
    /// written aside and renamed: an interrupted save leaves the old file.</param>
    /// <param name="preprocessors">Scalers and encoders that go with the network, by a name each; <see cref="WeightFile"/> reads them back.</param>
    /// <param name="maxShardBytes">More bytes than this go to several <c>.safetensors</c> files and an index (<c>path.index.json</c>); null for one file.</param>
    /// <exception cref="ArgumentException">The name has another ending, or several files are asked for in a format that has none.</exception>
    /// <exception cref="IOException">The file cannot be written; an older file of that name is left as it was.</exception>
    /// <exception cref="NotSupportedException">The format has no place for a tensor's type.</exception>
    /// <exception cref="InvalidOperationException">A preprocessor was not fitted, or a lazy layer has no size yet.</exception>
    public static void SaveWeights(
        this nn.Module model, string path, IReadOnlyDictionary<string, Preprocessor>? preprocessors = null, long? maxShardBytes = null)
    {
        ArgumentNullException.ThrowIfNull(model);
        ArgumentException.ThrowIfNullOrEmpty(path);
        var metadata = new Dictionary<string, string>
        {
            [WeightFile.NetworkKey] = LayerText.ClassName(model),
            ["library"] = $"DeepLearningCourse {typeof(WeightExtensions).Assembly.GetName().Version!.ToString(3)}",
        };

        foreach (var (name, preprocessor) in preprocessors ?? new Dictionary<string, Preprocessor>())
        {
            metadata.Add(WeightFile.PreprocessorKey + name, preprocessor.ToJson());
        }

        var weights = model.state_dict();
        LazyParameter.RefuseWaiting(weights.Select(entry => (entry.Key, entry.Value)));
        WeightFormats.Write(path, weights, metadata, maxShardBytes);
    }

    /// <summary>Loads weights that <see cref="SaveWeights"/>, safetensors, <c>torch.save</c> or <c>numpy.savez</c> wrote.</summary>
    /// <param name="model">The network; it keeps its device and types.</param>
    /// <param name="path">The file, whose format its contents tell; for weights in several files, their index or the name they were saved under.</param>
    /// <param name="strict">Whether a missing or unexpected key is an error. A wrong shape always is.</param>
    /// <param name="keys">How keys become this network's names, for weights that were made elsewhere; null if they are the same.</param>
    /// <param name="root">Where in a checkpoint of PyTorch the weights are, with dots between keys; null to take the file itself or a usual key such as
    /// <c>model_state_dict</c>.</param>
    /// <exception cref="FileNotFoundException">There is no such file.</exception>
    /// <exception cref="WeightFileException">It is no weight file, or a damaged one.</exception>
    /// <exception cref="WeightsMismatchException">The weights are another network's; each difference is named and
    /// nothing was loaded.</exception>
    /// <exception cref="ArgumentException">The key map gives two keys the same name.</exception>
    /// <remarks>Safetensors are read straight into the network's own memory.</remarks>
    public static void LoadWeights(this nn.Module model, string path, bool strict = true, KeyMap? keys = null, string? root = null)
    {
        ArgumentNullException.ThrowIfNull(model);
        using var source = WeightFormats.Open(path, root: root);
        StateLoader.Load(model, source, strict, [], keys);
    }
}
