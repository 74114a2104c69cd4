using DeepLearningCourse.Data.Formats;
using static TorchSharp.torch;

namespace DeepLearningCourse.Models.Formats;

/// <summary>Weights that are spread over several safetensors files.</summary>
internal sealed class ShardedSource : WeightSource
{
    private readonly Dictionary<string, WeightSource> shards = [];
    private readonly Dictionary<string, WeightInfo> entries = [];
    private readonly ShardIndex index;

    /// <exception cref="FileNotFoundException">A file that the index names is not there.</exception>
    /// <exception cref="WeightFileException">The index or one of its files is damaged, or a file lacks a key.</exception>
    public ShardedSource(string path, Func<string, WeightSource> open)
    {
        index = new ShardIndex(path);

        try
        {
            foreach (var (key, file) in index.Files)
            {
                var shard = Shard(path, file, open);
                entries.Add(key, shard.Entries.TryGetValue(key, out var info)
                    ? info
                    : throw new WeightFileException(path, $"'{Excerpt.Of(key)}' is not in {Excerpt.Of(file)}, where the index says it is."));
            }
        }
        catch
        {
            Dispose();
            throw;
        }
    }

    public override IReadOnlyDictionary<string, WeightInfo> Entries => entries;

    public override IReadOnlyDictionary<string, string> Metadata => index.Metadata;

    public override Tensor Read(string key) => shards[index.Files[key]].Read(key);

    public override void CopyTo(string key, Tensor target) => shards[index.Files[key]].CopyTo(key, target);

    public override void Dispose()
    {
        foreach (var shard in shards.Values)
        {
            shard.Dispose();
        }
    }

    private WeightSource Shard(string path, string name, Func<string, WeightSource> open)
    {
        if (shards.TryGetValue(name, out var known))
        {
            return known;
        }

        var file = Path.Combine(Path.GetDirectoryName(Path.GetFullPath(path))!, name);
        return shards[name] = File.Exists(file)
            ? open(file)
            : throw new FileNotFoundException($"{path} needs the file {Excerpt.Of(name)} beside it, and it is not there. Copy all files of the weights.", file);
    }
}
