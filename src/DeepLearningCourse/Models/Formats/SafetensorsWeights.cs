using static TorchSharp.torch;

namespace DeepLearningCourse.Models.Formats;

/// <summary>A safetensors file whose header has been read; how its tensors are read is the matter of those that derive from it.</summary>
internal abstract class SafetensorsWeights : WeightSource
{
    private readonly Dictionary<string, SafetensorsEntry> places;

    /// <exception cref="FileNotFoundException">There is no such file.</exception>
    /// <exception cref="WeightFileException">It is no safetensors file, or a damaged one.</exception>
    protected SafetensorsWeights(string path)
    {
        using var stream = File.OpenRead(path);
        var header = new SafetensorsHeader(path, stream);
        Metadata = header.Metadata;
        places = header.Entries.ToDictionary(entry => entry.Key);
        Entries = header.Entries.ToDictionary(entry => entry.Key, entry => new WeightInfo(entry.Key, entry.Type, entry.Shape));
    }

    public override IReadOnlyDictionary<string, WeightInfo> Entries { get; }

    public override IReadOnlyDictionary<string, string> Metadata { get; }

    public override Tensor Read(string key) => Read(places[key]);

    public override void CopyTo(string key, Tensor target) => CopyTo(places[key], target);

    protected abstract Tensor Read(SafetensorsEntry place);

    protected virtual void CopyTo(SafetensorsEntry place, Tensor target) => base.CopyTo(place.Key, target);
}
