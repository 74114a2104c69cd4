using System.Globalization;
using DeepLearningCourse.Data;
using static TorchSharp.torch;

namespace DeepLearningCourse.Metrics;

/// <summary>Chooses the probability from which a yes-or-no answer is yes, on data that the network was not trained on.</summary>
/// <remarks>
/// Exact: every probability that occurs is tried, and infinity, with which no sample counts as 1. Of several that do equally well the one nearest to 0.5 is taken, and of
/// two as near the smaller. Use validation data, and measure on test data: on the data it was chosen on, a threshold does too well.
/// </remarks>
/// <example>
/// <code>
/// using var probabilities = model.PredictProbabilities(X, criterion);
/// ThresholdChoice choice = Thresholds.Best(probabilities, y, ThresholdGoal.F1);
/// using var labels = model.PredictLabels(testX, criterion, choice.Threshold);
/// </code>
/// </example>
public static class Thresholds
{
    /// <summary>What each threshold does.</summary>
    /// <param name="probabilities">The probabilities of 1, <c>[samples]</c> or <c>[samples, 1]</c>; any finite scores will do.</param>
    /// <param name="targets">Zeros and ones, as many, any real dtype.</param>
    /// <returns>A point for each probability that occurs and one for infinity, ascending.</returns>
    /// <exception cref="ArgumentException">The two differ in number, there is no sample, a probability is not finite, or a target is neither 0 nor 1.</exception>
    public static IReadOnlyList<ThresholdPoint> Table(Tensor probabilities, Tensor targets)
    {
        RequireOneLabel(probabilities);
        return Table(Numbers(probabilities), Numbers(targets), null);
    }

    /// <summary>The threshold with the largest value of a figure.</summary>
    /// <param name="probabilities">The probabilities of 1, <c>[samples]</c> or <c>[samples, 1]</c>.</param>
    /// <param name="targets">Zeros and ones, as many.</param>
    /// <param name="by">The figure.</param>
    /// <returns>The threshold and the table.</returns>
    /// <exception cref="ArgumentException">As for <see cref="Table(Tensor, Tensor)"/>.</exception>
    public static ThresholdChoice Best(Tensor probabilities, Tensor targets, ThresholdGoal by) =>
        Choose(Table(probabilities, targets), point => point.ValueOf(by));

    /// <summary>The threshold with the largest value of a function.</summary>
    /// <param name="probabilities">The probabilities of 1, <c>[samples]</c> or <c>[samples, 1]</c>.</param>
    /// <param name="targets">Zeros and ones, as many.</param>
    /// <param name="by">From the confusion matrix of a threshold to a number, for instance what mistakes cost, below 0. Thresholds of NaN are passed over.</param>
    /// <returns>The threshold and the table.</returns>
    /// <exception cref="ArgumentException">As for <see cref="Table(Tensor, Tensor)"/>, or the function gives no number.</exception>
    public static ThresholdChoice Best(Tensor probabilities, Tensor targets, Func<ConfusionMatrix, double> by)
    {
        ArgumentNullException.ThrowIfNull(by);
        return Choose(Table(probabilities, targets), point => by(point.ToConfusionMatrix()));
    }

    /// <summary>The threshold with the best precision among those that find enough of the ones.</summary>
    /// <param name="probabilities">The probabilities of 1, <c>[samples]</c> or <c>[samples, 1]</c>.</param>
    /// <param name="targets">Zeros and ones, as many.</param>
    /// <param name="minRecall">How many of the ones have to count as 1, from 0 to 1.</param>
    /// <returns>The threshold, its precision as the value, and the table, in which thresholds of less recall have the value NaN.</returns>
    /// <exception cref="ArgumentOutOfRangeException">minRecall is not from 0 to 1.</exception>
    /// <exception cref="ArgumentException">As for <see cref="Table(Tensor, Tensor)"/>, or no target is 1.</exception>
    public static ThresholdChoice BestPrecision(Tensor probabilities, Tensor targets, double minRecall)
    {
        RequireShare(minRecall, nameof(minRecall));
        return Choose(Table(probabilities, targets), point => point.Recall >= minRecall ? point.Precision : double.NaN, "No target is 1, so that there is no recall.");
    }

    /// <summary>The threshold that finds most of the ones among those that are precise enough.</summary>
    /// <param name="probabilities">The probabilities of 1, <c>[samples]</c> or <c>[samples, 1]</c>.</param>
    /// <param name="targets">Zeros and ones, as many.</param>
    /// <param name="minPrecision">How many of those that count as 1 have to be, from 0 to 1.</param>
    /// <returns>The threshold, its recall as the value, and the table, in which less precise thresholds have the value NaN.</returns>
    /// <exception cref="ArgumentOutOfRangeException">minPrecision is not from 0 to 1.</exception>
    /// <exception cref="ArgumentException">As for <see cref="Table(Tensor, Tensor)"/>, or no threshold is as precise.</exception>
    public static ThresholdChoice BestRecall(Tensor probabilities, Tensor targets, double minPrecision)
    {
        RequireShare(minPrecision, nameof(minPrecision));
        return Choose(
            Table(probabilities, targets), point => point.Precision >= minPrecision ? point.Recall : double.NaN,
            string.Create(CultureInfo.InvariantCulture, $"No threshold has a precision of {minPrecision}. Ask for less."));
    }

    /// <summary>A threshold for each of several yes-or-no questions.</summary>
    /// <param name="probabilities">The probabilities of 1, <c>[samples, labels]</c>.</param>
    /// <param name="targets">Zeros and ones of the same shape.</param>
    /// <param name="by">The figure that is to be largest for each label by itself, and so in its mean over the labels (macro) too.</param>
    /// <returns>The choice of each label.</returns>
    /// <exception cref="ArgumentException">The shapes differ or are not [samples, labels], or as for <see cref="Table(Tensor, Tensor)"/>.</exception>
    public static IReadOnlyList<ThresholdChoice> BestPerLabel(Tensor probabilities, Tensor targets, ThresholdGoal by = ThresholdGoal.F1)
    {
        ArgumentNullException.ThrowIfNull(probabilities);
        ArgumentNullException.ThrowIfNull(targets);

        if (probabilities.dim() != 2 || !probabilities.shape.SequenceEqual(targets.shape))
        {
            throw new ArgumentException(
                $"The probabilities are {Shapes.Text(probabilities)} and the targets {Shapes.Text(targets)}; both are to be [samples, labels]. For a single label there is Best.",
                nameof(probabilities));
        }

        using var scope = NewDisposeScope();
        return [.. Enumerable.Range(0, (int)probabilities.shape[1]).Select(label => Choose(
            Table(Numbers(probabilities.select(1, label)), Numbers(targets.select(1, label)), label), point => point.ValueOf(by)))];
    }

    private static ThresholdChoice Choose(IReadOnlyList<ThresholdPoint> table, Func<ThresholdPoint, double> value, string nothing = "The function gives NaN for all thresholds.")
    {
        double[] values = [.. table.Select(value)];
        var best = -1;

        for (var i = 0; i < values.Length; i++)
        {
            if (!double.IsNaN(values[i]) && (best < 0 || values[i] > values[best] || (values[i] == values[best] && FromHalf(i) < FromHalf(best))))
            {
                best = i;
            }
        }

        return best >= 0 ? new ThresholdChoice(table, values, best) : throw new ArgumentException(nothing);

        double FromHalf(int i) => Math.Abs(table[i].Threshold - 0.5);
    }

    private static List<ThresholdPoint> Table(double[] probabilities, double[] targets, int? label)
    {
        RequireSense(probabilities, targets, label is null ? "" : $" of label {label}");
        Array.Sort(probabilities, targets);
        var ones = targets.LongCount(target => target == 1);
        var zeros = targets.Length - ones;
        List<ThresholdPoint> table = [];
        var (onesBelow, zerosBelow) = (0L, 0L);

        for (var i = 0; i < targets.Length; i++)
        {
            // Samples of one probability fall on one side together.
            if (i == 0 || probabilities[i] != probabilities[i - 1])
            {
                table.Add(new ThresholdPoint(probabilities[i], ones - onesBelow, zeros - zerosBelow, zerosBelow, onesBelow));
            }

            (onesBelow, zerosBelow) = targets[i] == 1 ? (onesBelow + 1, zerosBelow) : (onesBelow, zerosBelow + 1);
        }

        table.Add(new ThresholdPoint(double.PositiveInfinity, 0, 0, zeros, ones));
        return table;
    }

    private static void RequireSense(double[] probabilities, double[] targets, string ofLabel)
    {
        if (probabilities.Length != targets.Length || probabilities.Length == 0)
        {
            throw new ArgumentException($"There are {probabilities.Length} probabilities for {targets.Length} targets: give one for each of one sample or more.", nameof(probabilities));
        }

        if (Array.FindIndex(probabilities, value => !double.IsFinite(value)) is var lost and >= 0)
        {
            throw new ArgumentException(string.Create(
                CultureInfo.InvariantCulture, $"The probability{ofLabel} of sample {lost} is {probabilities[lost]}. Did the training diverge?"), nameof(probabilities));
        }

        if (Array.FindIndex(targets, value => value is not (0 or 1)) is var wrong and >= 0)
        {
            throw new ArgumentException(string.Create(
                CultureInfo.InvariantCulture, $"The target{ofLabel} of sample {wrong} is {targets[wrong]}. A threshold is for yes-or-no answers: targets of 0 and 1."), nameof(targets));
        }
    }

    private static void RequireOneLabel(Tensor probabilities)
    {
        ArgumentNullException.ThrowIfNull(probabilities);

        if (probabilities.dim() > 1 && probabilities.numel() != probabilities.shape[0])
        {
            throw new ArgumentException(
                $"The probabilities are {Shapes.Text(probabilities)}, and a threshold is for one of them a sample: [samples] or [samples, 1]. For several yes-or-no questions there is "
                + "BestPerLabel; of two classes give the second one's, probabilities[.., 1].", nameof(probabilities));
        }
    }

    private static void RequireShare(double value, string name)
    {
        if (!(value is >= 0 and <= 1))
        {
            throw new ArgumentOutOfRangeException(name, value, string.Create(CultureInfo.InvariantCulture, $"{name} is {value}, and it is a share: from 0 to 1."));
        }
    }

    private static double[] Numbers(Tensor values)
    {
        ArgumentNullException.ThrowIfNull(values);
        using var scope = NewDisposeScope();
        return values.detach().to(float64, CPU).contiguous().data<double>().ToArray();
    }
}
