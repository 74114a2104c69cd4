using System.Globalization;

namespace DeepLearningCourse.Metrics.Counting;

/// <summary>How predictions become classes.</summary>
internal sealed record LabelOptions
{
    public LabelOptions(double threshold, long ignoreIndex)
    {
        Threshold = threshold is >= 0 and <= 1
            ? threshold
            : throw new ArgumentOutOfRangeException(nameof(threshold), threshold, "The threshold is a probability: give a number between 0 and 1.");
        IgnoreIndex = ignoreIndex;
    }

    /// <summary>The probability from which an answer is yes.</summary>
    public double Threshold { get; }

    /// <summary>The target that is passed over.</summary>
    public long IgnoreIndex { get; }

    public override string ToString() =>
        string.Create(CultureInfo.InvariantCulture, $"threshold {Threshold}, ignoreIndex {IgnoreIndex}");
}
