using System.Text.Json;
using DeepLearningCourse.Data.Formats;

namespace DeepLearningCourse.Models.Formats;

/// <summary>The index of weights that are spread over several safetensors files: which key is in which file.</summary>
/// <remarks>As <see href="https://huggingface.co/docs/huggingface_hub/package_reference/serialization">Hugging Face</see> writes them.</remarks>
internal sealed class ShardIndex
{
    public const string Extension = ".index.json";

    private static readonly JsonSerializerOptions Indented = new() { WriteIndented = true };

    /// <summary>Reads an index.</summary>
    /// <exception cref="WeightFileException">It is no index, or leads out of its folder.</exception>
    public ShardIndex(string path)
    {
        if (new FileInfo(path).Length > SafetensorsFormat.MaxHeader)
        {
            throw new WeightFileException(path, "it is too long for an index of safetensors files.");
        }

        try
        {
            using var document = JsonDocument.Parse(File.ReadAllBytes(path));
            Files = document.RootElement.GetProperty("weight_map").EnumerateObject().ToDictionary(entry => entry.Name, entry => entry.Value.GetString() ?? "");
            Metadata = document.RootElement.TryGetProperty("metadata", out var metadata)
                ? metadata.EnumerateObject().Where(entry => entry.Value.ValueKind == JsonValueKind.String).ToDictionary(entry => entry.Name, entry => entry.Value.GetString()!)
                : [];
        }
        catch (Exception exception) when (exception is JsonException or KeyNotFoundException or InvalidOperationException or ArgumentException)
        {
            throw new WeightFileException(path, "it is not an index of safetensors files: it has no weight_map of file names by key.", exception);
        }

        if (Files.Values.FirstOrDefault(file => file != Path.GetFileName(file) || file is "" or "." or "..") is { } outside)
        {
            throw new WeightFileException(path, $"it names the file '{Excerpt.Of(outside)}', and files of weights lie in the folder of their index.");
        }
    }

    /// <summary>The file of each key, a name in the index's folder.</summary>
    public IReadOnlyDictionary<string, string> Files { get; } = new Dictionary<string, string>();

    public IReadOnlyDictionary<string, string> Metadata { get; } = new Dictionary<string, string>();

    /// <summary>The index as it is written.</summary>
    public static byte[] Write(IReadOnlyDictionary<string, string> files, IReadOnlyDictionary<string, string> metadata, long totalSize)
    {
        Dictionary<string, object> described = new() { ["total_size"] = totalSize };

        foreach (var (key, value) in metadata)
        {
            described[key] = value;
        }

        return JsonSerializer.SerializeToUtf8Bytes(new Dictionary<string, object> { ["metadata"] = described, ["weight_map"] = files }, Indented);
    }
}
