using DeepLearningCourse.Data;
using DeepLearningCourse.Models.Printing;
using static TorchSharp.torch;

namespace DeepLearningCourse.Models;

/// <summary>Saving and loading a network's weights.</summary>
public static class WeightExtensions
{
    /// <summary>Saves a network's parameters and buffers to a safetensors file, which Python's safetensors reads too.</summary>
    /// <param name="model">The network; it may be on any device.</param>
    /// <param name="path">The file, by custom <c>*.safetensors</c>. It is written aside and renamed: an interrupted
    /// save leaves the old file.</param>
    /// <param name="preprocessors">Scalers and encoders that go with the network, by a name each; <see cref="WeightFile"/> reads them back.</param>
    /// <exception cref="IOException">The file cannot be written; an older file of that name is left as it was.</exception>
    /// <exception cref="NotSupportedException">A tensor's type has no place in the format (complex numbers).</exception>
    /// <exception cref="InvalidOperationException">A preprocessor was not fitted.</exception>
    /// <remarks>Format: <see href="https://huggingface.co/docs/safetensors/index#format"/></remarks>
    public static void SaveWeights(this nn.Module model, string path, IReadOnlyDictionary<string, Preprocessor>? preprocessors = null)
    {
        ArgumentNullException.ThrowIfNull(model);
        ArgumentException.ThrowIfNullOrEmpty(path);
        var metadata = new Dictionary<string, string>
        {
            ["network"] = LayerText.ClassName(model),
            ["library"] = $"DeepLearningCourse {typeof(WeightExtensions).Assembly.GetName().Version!.ToString(3)}",
        };

        foreach (var (name, preprocessor) in preprocessors ?? new Dictionary<string, Preprocessor>())
        {
            metadata.Add(WeightFile.PreprocessorKey + name, preprocessor.ToJson());
        }

        SafetensorsWriter.Write(path, model.state_dict(), metadata);
    }

    /// <summary>Loads weights that <see cref="SaveWeights"/> or Python's safetensors wrote.</summary>
    /// <param name="model">The network; it keeps its device and types.</param>
    /// <param name="path">The file.</param>
    /// <param name="strict">Whether a missing or unexpected key is an error. A wrong shape always is.</param>
    /// <exception cref="FileNotFoundException">There is no such file.</exception>
    /// <exception cref="WeightFileException">It is not a safetensors file, or a damaged one.</exception>
    /// <exception cref="WeightsMismatchException">The weights are another network's; each difference is named and
    /// nothing was loaded.</exception>
    public static void LoadWeights(this nn.Module model, string path, bool strict = true)
    {
        ArgumentNullException.ThrowIfNull(model);
        ArgumentException.ThrowIfNullOrEmpty(path);
        using var scope = NewDisposeScope();
        StateLoader.Load(model, SafetensorsReader.Read(path), strict, []);
    }
}
