using DeepLearningCourse.Runtime;
using static TorchSharp.torch;

namespace DeepLearningCourse.Models.Formats;

/// <summary>Writes weights as several safetensors files and an index.</summary>
/// <remarks>
/// The files of each save have names of their own and the index comes last, so an interrupted save leaves the old index with the
/// old files.
/// </remarks>
internal static class ShardWriter
{
    public static void Write(string path, IReadOnlyDictionary<string, Tensor> tensors, IReadOnlyDictionary<string, string> metadata, long maxShardBytes)
    {
        var parts = Divide(tensors, maxShardBytes);
        var indexPath = path + ShardIndex.Extension;
        var folder = Path.GetDirectoryName(Path.GetFullPath(path))!;
        var old = OldShards(indexPath);
        var save = Guid.NewGuid().ToString("N")[..8];
        Dictionary<string, string> files = [];
        List<string> written = [];

        try
        {
            for (var i = 0; i < parts.Count; i++)
            {
                var name = $"{Path.GetFileNameWithoutExtension(path)}-{save}-{i + 1:D5}-of-{parts.Count:D5}{Path.GetExtension(path)}";
                written.Add(Path.Combine(folder, name));
                SafetensorsWriter.Write(written[^1], parts[i], metadata);

                foreach (var key in parts[i].Keys)
                {
                    files[key] = name;
                }
            }

            var index = ShardIndex.Write(files, metadata, tensors.Values.Sum(Bytes));
            AtomicFile.Write(indexPath, stream => stream.Write(index));
        }
        catch
        {
            written.ForEach(File.Delete);
            throw;
        }

        // Whoever opens the plain name must not find older weights.
        File.Delete(path);
        Delete(folder, old);
    }

    /// <summary>After a save to one file: the index and the files that a save before left under this name.</summary>
    public static void DeleteShardsOf(string path)
    {
        var indexPath = path + ShardIndex.Extension;

        if (File.Exists(indexPath))
        {
            var old = OldShards(indexPath);
            File.Delete(indexPath);
            Delete(Path.GetDirectoryName(Path.GetFullPath(path))!, old);
        }
    }

    private static List<Dictionary<string, Tensor>> Divide(IReadOnlyDictionary<string, Tensor> tensors, long maxShardBytes)
    {
        List<Dictionary<string, Tensor>> parts = [[]];
        long length = 0;

        foreach (var (key, tensor) in tensors)
        {
            if (length > 0 && length + Bytes(tensor) > maxShardBytes)
            {
                parts.Add([]);
                length = 0;
            }

            parts[^1].Add(key, tensor);
            length += Bytes(tensor);
        }

        return parts;
    }

    private static long Bytes(Tensor tensor) => tensor.numel() * tensor.element_size();

    private static List<string> OldShards(string indexPath)
    {
        try
        {
            return File.Exists(indexPath) ? [.. new ShardIndex(indexPath).Files.Values.Distinct()] : [];
        }
        catch (WeightFileException)
        {
            // Not an index of ours: its files are not ours to delete.
            return [];
        }
    }

    private static void Delete(string folder, List<string> names) => names.ForEach(name => File.Delete(Path.Combine(folder, name)));
}
