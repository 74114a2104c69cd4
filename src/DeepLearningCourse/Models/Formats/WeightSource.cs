using static TorchSharp.torch;

namespace DeepLearningCourse.Models.Formats;

/// <summary>Weights by key, wherever they are: their shapes are known before any of them is read.</summary>
internal abstract class WeightSource : IDisposable
{
    /// <summary>What there is, in the order of the file.</summary>
    public abstract IReadOnlyDictionary<string, WeightInfo> Entries { get; }

    /// <summary>The free text that came with the weights.</summary>
    public abstract IReadOnlyDictionary<string, string> Metadata { get; }

    /// <summary>One tensor on the processor, the caller's.</summary>
    public abstract Tensor Read(string key);

    /// <summary>Copies one tensor over another of the same shape, of whatever type and on whatever device.</summary>
    public virtual void CopyTo(string key, Tensor target)
    {
        using var tensor = Read(key);
        target.copy_(tensor);
    }

    public abstract void Dispose();
}
