using static TorchSharp.torch;

namespace DeepLearningCourse.Models;

/// <summary>How the values of one parameter, and of its gradient, are distributed; of complex numbers, their magnitudes.</summary>
/// <remarks>What starts with <c>Gradient</c> is null without a gradient, before <c>backward</c> or when frozen. Where a value is NaN, so are mean and norm.</remarks>
public sealed record ParameterStatistics
{
    internal ParameterStatistics()
    {
    }

    /// <summary>The parameter's name, for instance <c>w1.weight</c>; the first of those that layers share it under.</summary>
    public required string Name { get; init; }

    /// <summary>Its shape.</summary>
    public required IReadOnlyList<long> Shape { get; init; }

    /// <summary>The type of its numbers.</summary>
    public required ScalarType Dtype { get; init; }

    /// <summary>Whether it is trained.</summary>
    public required bool Trainable { get; init; }

    /// <summary>The mean; null if it is empty.</summary>
    public required double? Mean { get; init; }

    /// <summary>The standard deviation, divided by the count (numpy's <c>std</c>); null if it is empty.</summary>
    public required double? StandardDeviation { get; init; }

    /// <summary>The least value; null if it is empty.</summary>
    public required double? Min { get; init; }

    /// <summary>The greatest value; null if it is empty.</summary>
    public required double? Max { get; init; }

    /// <summary>The square root of the sum of squares.</summary>
    public required double Norm { get; init; }

    /// <summary>The share of values that are exactly zero, from 0 to 1.</summary>
    public required double ZeroShare { get; init; }

    /// <summary>How many values are no number.</summary>
    public required long NaNCount { get; init; }

    /// <summary>How many values are infinite.</summary>
    public required long InfinityCount { get; init; }

    /// <summary>The gradient's square root of the sum of squares.</summary>
    public required double? GradientNorm { get; init; }

    /// <summary>The mean of the gradient's absolute values.</summary>
    public required double? GradientMeanAbsolute { get; init; }

    /// <summary>The share of the gradient's values that are exactly zero, from 0 to 1: near 1 where units are dead.</summary>
    public required double? GradientZeroShare { get; init; }

    /// <summary>The norm of the gradient over that of the values; null without a gradient or where all values are zero. Times the learning rate it is about how
    /// far a step of SGD moves the parameter.</summary>
    public required double? GradientToWeightRatio { get; init; }
}
