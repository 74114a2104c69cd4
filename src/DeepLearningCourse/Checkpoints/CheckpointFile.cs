using DeepLearningCourse.Models;
using DeepLearningCourse.Models.Pickle;
using DeepLearningCourse.Optimization;
using DeepLearningCourse.Optimization.StateFiles;
using ICSharpCode.SharpZipLib.Zip;
using static TorchSharp.torch;

namespace DeepLearningCourse.Checkpoints;

/// <summary>The file of a checkpoint: one of PyTorch's, with dicts of tensors under names, states of optimizers, and text.</summary>
/// <remarks>So <c>torch.load(path)["model_state_dict"]</c> works in Python, and <c>LoadWeights(path)</c> here. What Python has no use for is text in a record
/// of its own.</remarks>
internal static class CheckpointFile
{
    private const string OptimizerKey = "optimizer_state_dict";
    private const string OptimizersKey = "optimizer_state_dicts";
    private const string RecordKey = "run";

    // No name of a layer or a callback has it.
    private const char Separator = '\u0001';

    /// <summary>Writes a checkpoint aside and renames it.</summary>
    /// <param name="path">The file.</param>
    /// <param name="record">The text.</param>
    /// <param name="sections">Tensors by name, in dicts by name.</param>
    /// <param name="optimizers">States of optimizers by name; one alone is called as PyTorch's tutorials do.</param>
    public static void Write(
        string path, string record, IReadOnlyDictionary<string, IReadOnlyDictionary<string, Tensor>> sections, IReadOnlyDictionary<string, OptimizerStateDict> optimizers)
    {
        PickleDict whole = new();

        foreach (var (name, tensors) in sections)
        {
            whole.Add(name, Dict(tensors));
        }

        if (optimizers.Count == 1)
        {
            whole.Add(OptimizerKey, TorchState.ToPickle(optimizers.Values.Single()));
        }
        else
        {
            PickleDict states = new();

            foreach (var (name, state) in optimizers)
            {
                states.Add(name, TorchState.ToPickle(state));
            }

            whole.Add(OptimizersKey, states);
        }

        TorchFile.Write(path, whole, new Dictionary<string, string>([StateFormats.Library]) { [RecordKey] = record });
    }

    /// <summary>The text of a checkpoint, all of whose bytes are compared with their checksums first.</summary>
    /// <exception cref="CheckpointException">The file is damaged or no checkpoint.</exception>
    public static string ReadRecord(string path)
    {
        var metadata = Guard(path, () => TorchFile.ReadMetadata(path));

        if (!metadata.TryGetValue(RecordKey, out var record))
        {
            throw new CheckpointException(path, "has weights or other things of PyTorch, but no state of a run: load them with model.LoadWeights(path).", isDamaged: false);
        }

        using ZipFile zip = new(path);
        return zip.TestArchive(testData: true)
            ? record
            : throw new CheckpointException(path, "is damaged: its bytes are not those that were written.", isDamaged: true);
    }

    /// <summary>The tensors of a checkpoint by section and name, in the current DisposeScope.</summary>
    /// <exception cref="CheckpointException">The file is damaged.</exception>
    public static Dictionary<string, Dictionary<string, Tensor>> ReadSections(string path)
    {
        List<string> names = [];
        var tensors = Guard(path, () => TorchFile.Read(path, whole => References(whole, names)));
        var sections = names.ToDictionary(name => name, _ => new Dictionary<string, Tensor>());

        foreach (var (key, tensor) in tensors)
        {
            var parts = key.Split(Separator, 2);
            sections[parts[0]].Add(parts[1], tensor);
        }

        return sections;
    }

    /// <summary>The state of an optimizer.</summary>
    /// <param name="path">The file.</param>
    /// <param name="name">The optimizer's name; null for the only one.</param>
    /// <exception cref="CheckpointException">The file is damaged, or has no such state.</exception>
    public static OptimizerStateDict ReadOptimizer(string path, string? name) =>
        Guard(path, () => TorchState.Load(path, name is null ? OptimizerKey : $"{OptimizersKey}.{name}"));

    private static PickleDict Dict(IReadOnlyDictionary<string, Tensor> tensors)
    {
        PickleDict dict = new();

        foreach (var (name, tensor) in tensors)
        {
            dict.Add(name, tensor);
        }

        return dict;
    }

    private static Dictionary<string, TensorReference> References(object? whole, List<string> names)
    {
        Dictionary<string, TensorReference> references = [];

        foreach (var (section, value) in StateDict.Entries(whole).Where(entry => entry.Key is not (OptimizerKey or OptimizersKey)))
        {
            names.Add(section);

            foreach (var (name, tensor) in StateDict.Entries(value).Where(entry => entry.Value is TensorReference))
            {
                references[$"{section}{Separator}{name}"] = (TensorReference)tensor!;
            }
        }

        return references;
    }

    private static T Guard<T>(string path, Func<T> read)
    {
        try
        {
            return read();
        }
        catch (Exception exception) when (exception is WeightFileException or PickleException or InvalidDataException or EndOfStreamException)
        {
            throw new CheckpointException(path, $"is damaged: {exception.Message}", isDamaged: true, exception);
        }
    }
}
