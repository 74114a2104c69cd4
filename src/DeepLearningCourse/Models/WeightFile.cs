using DeepLearningCourse.Data;

namespace DeepLearningCourse.Models;

/// <summary>What a weight file holds besides the weights.</summary>
public static class WeightFile
{
    /// <summary>What stands before a preprocessor's name in the file.</summary>
    internal const string PreprocessorKey = "preprocessor.";

    /// <summary>Reads a scaler or an encoder that was saved with the weights.</summary>
    /// <typeparam name="T">What was saved, for instance <see cref="StandardScaler"/>.</typeparam>
    /// <param name="path">The file that <see cref="WeightExtensions.SaveWeights"/> wrote.</param>
    /// <param name="name">The name it was saved under.</param>
    /// <returns>The preprocessor, fitted as it was.</returns>
    /// <exception cref="FileNotFoundException">There is no such file.</exception>
    /// <exception cref="WeightFileException">It is not a safetensors file, or a damaged one.</exception>
    /// <exception cref="ArgumentException">The file has no preprocessor of that name.</exception>
    /// <exception cref="InvalidDataException">It is of another type, or damaged.</exception>
    public static T ReadPreprocessor<T>(string path, string name)
        where T : Preprocessor, new()
    {
        ArgumentException.ThrowIfNullOrEmpty(path);
        ArgumentNullException.ThrowIfNull(name);
        var metadata = SafetensorsReader.ReadMetadata(path);

        if (metadata.TryGetValue(PreprocessorKey + name, out var json))
        {
            return Preprocessor.FromJson<T>(json, $"{path}, preprocessor '{name}',");
        }

        var names = metadata.Keys.Where(key => key.StartsWith(PreprocessorKey, StringComparison.Ordinal)).Select(key => $"'{key[PreprocessorKey.Length..]}'").ToArray();
        throw new ArgumentException(
            $"{path} has no preprocessor '{name}'. " + (names.Length > 0 ? $"It has {string.Join(", ", names)}." : "It has none: give them to SaveWeights."), nameof(name));
    }
}
