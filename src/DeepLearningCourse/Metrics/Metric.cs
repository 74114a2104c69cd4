using static TorchSharp.torch;

namespace DeepLearningCourse.Metrics;

/// <summary>A figure over all samples of an epoch, gathered batch by batch.</summary>
public abstract class Metric
{
    /// <summary>What it is called in tables.</summary>
    public string Name { get; init; } = "";

    /// <summary>Whether more is better.</summary>
    public virtual bool HigherIsBetter => true;

    /// <summary>What a trainer hands over.</summary>
    public virtual MetricInput Input => MetricInput.Probabilities;

    /// <summary>The value over what was added; NaN before the first sample.</summary>
    public abstract double Value { get; }

    /// <summary>All that <see cref="Restore"/> needs.</summary>
    public abstract IReadOnlyDictionary<string, double[]> State { get; }

    /// <summary>Adds a batch.</summary>
    /// <param name="predictions">The predictions.</param>
    /// <param name="targets">The targets.</param>
    public abstract void Add(Tensor predictions, Tensor targets);

    /// <summary>Forgets what was added.</summary>
    public abstract void Reset();

    /// <summary>Adds what another one of the same kind has seen.</summary>
    /// <param name="other">The other.</param>
    public abstract void Merge(Metric other);

    /// <summary>Goes on from a state.</summary>
    /// <param name="state">A <see cref="State"/>.</param>
    public abstract void Restore(IReadOnlyDictionary<string, double[]> state);
}
