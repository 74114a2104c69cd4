using static TorchSharp.torch;

namespace DeepLearningCourse.Optimization.Averaging;

/// <summary>How the weights of a step come into an average.</summary>
internal abstract class AveragingRule
{
    /// <summary>What kind it is and its options, as text by name.</summary>
    public abstract IReadOnlyDictionary<string, string> Description { get; }

    /// <summary>The share of the new weights: <c>average + share · (weights - average)</c>.</summary>
    /// <param name="updates">How many weights are in the average already, from 1 on.</param>
    public abstract double Share(long updates);

    /// <summary>The new average of whole numbers, as fractions; what is stored is cut off to whole numbers.</summary>
    public abstract Tensor OfWholeNumbers(Tensor average, Tensor current, long updates);
}
