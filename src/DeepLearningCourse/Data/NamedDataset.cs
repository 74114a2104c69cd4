using static TorchSharp.torch;

namespace DeepLearningCourse.Data;

/// <summary>A data set that the library brings along.</summary>
/// <remarks>It owns its tensors: they live until <see cref="Dispose"/>, whatever DisposeScope it was made in.</remarks>
public sealed class NamedDataset : IDisposable
{
    internal NamedDataset(DatasetInfo info, Tensor X, Tensor y, IReadOnlyList<string> featureNames, IReadOnlyList<string> classes)
    {
        (Info, FeatureNames, Classes) = (info, featureNames, classes);
        (this.X, this.y) = (X.DetachFromDisposeScope(), y.DetachFromDisposeScope());
    }

    /// <summary>What it is, where it is from, and its licence.</summary>
    public DatasetInfo Info { get; }

    /// <summary>The features, <c>[rows, features]</c>, float32.</summary>
    public Tensor X { get; }

    /// <summary>
    /// The target, <c>[rows]</c>: class numbers, int64, as CrossEntropyLoss takes them, or float32 for a regression. For BCEWithLogitsLoss with two
    /// classes use <c>y.to(float32).unsqueeze(1)</c>.
    /// </summary>
    public Tensor y { get; }

    /// <summary>The names of X's columns.</summary>
    public IReadOnlyList<string> FeatureNames { get; }

    /// <summary>The names of the classes by their numbers; empty for a regression.</summary>
    public IReadOnlyList<string> Classes { get; }

    /// <summary>The rows as samples.</summary>
    /// <returns>A dataset with references of its own to the data, for the caller to dispose.</returns>
    public InMemoryDataset ToDataset() => new(X, y);

    /// <summary>Frees X and y.</summary>
    public void Dispose()
    {
        X.Dispose();
        y.Dispose();
    }
}
