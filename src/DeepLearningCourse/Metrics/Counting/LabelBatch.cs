using System.Globalization;
using static TorchSharp.torch;

namespace DeepLearningCourse.Metrics.Counting;

/// <summary>A batch as predicted and true classes, ready to be counted.</summary>
/// <param name="Predicted">The predicted classes in reading order.</param>
/// <param name="Actual">The true classes, as many; <see cref="ClassNumbers.Ignored"/> where one is passed over.</param>
/// <param name="Columns">The number of classes or labels; null where only class numbers were given.</param>
/// <param name="MultiLabel">Whether each sample has several yes-or-no answers, in dimension 1.</param>
/// <param name="Positions">How many numbers follow each other before the label changes: the product of the dimensions after dimension 1.</param>
internal readonly record struct LabelBatch(long[] Predicted, long[] Actual, int? Columns, bool MultiLabel, int Positions)
{
    // Averages and roundings of probabilities may leave the range by this much.
    private const double Rounding = 1e-3;

    /// <summary>Reads a batch.</summary>
    /// <param name="predictions">The predictions.</param>
    /// <param name="targets">The targets.</param>
    /// <param name="options">Threshold and passed over targets.</param>
    /// <param name="classes">The number of classes, where it is known.</param>
    /// <exception cref="ArgumentException">The batch does not fit.</exception>
    public static LabelBatch Read(Tensor predictions, Tensor targets, LabelOptions options, int? classes)
    {
        var kind = BatchShapes.KindOf(predictions, targets);
        using var scope = NewDisposeScope();
        int? columns = kind switch
        {
            BatchKind.Labels => classes,
            BatchKind.YesNo => 2,
            _ => (int)predictions.shape[1],
        };
        var actual = ClassNumbers.Actual(targets, options.IgnoreIndex, kind == BatchKind.MultiLabel ? 2 : columns);
        var predicted = kind switch
        {
            BatchKind.Labels => ClassNumbers.Predicted(predictions, actual, classes),
            BatchKind.Classes => Largest(predictions),
            _ => AtLeast(predictions, options.Threshold),
        };
        var positions = kind == BatchKind.MultiLabel ? predictions.shape[2..].Aggregate(1L, (a, b) => a * b) : 1;
        return new LabelBatch(predicted, actual, columns, kind == BatchKind.MultiLabel, (int)positions);
    }

    private static long[] Largest(Tensor predictions)
    {
        if (predictions.numel() == 0)
        {
            return [];
        }

        var (largest, classes) = predictions.detach().max(1);
        return largest.isnan().any().item<bool>()
            ? throw new ArgumentException("Scores of classes are NaN, so no class is the largest.", nameof(predictions))
            : TensorNumbers.Longs(classes);
    }

    private static long[] AtLeast(Tensor probabilities, double threshold)
    {
        if (probabilities.numel() == 0)
        {
            return [];
        }

        RequireProbabilities(probabilities);
        return TensorNumbers.Longs(probabilities.detach().ge(threshold));
    }

    /// <summary>Checks that numbers are probabilities. To be used inside a dispose scope.</summary>
    /// <exception cref="ArgumentException">One is NaN or not between 0 and 1.</exception>
    public static void RequireProbabilities(Tensor predictions)
    {
        var values = predictions.detach();
        var (least, most) = (values.min().to(ScalarType.Float64).item<double>(), values.max().to(ScalarType.Float64).item<double>());
        if (!(least >= -Rounding && most <= 1 + Rounding))
        {
            throw new ArgumentException(string.Create(CultureInfo.InvariantCulture,
                $"The predictions go from {least} to {most}, so they are no probabilities. Apply a sigmoid or softmax to logits first, or give class numbers as int64."),
                nameof(predictions));
        }
    }
}
