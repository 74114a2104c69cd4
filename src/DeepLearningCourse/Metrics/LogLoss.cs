using System.Globalization;
using DeepLearningCourse.Metrics.Counting;
using static TorchSharp.torch;

namespace DeepLearningCourse.Metrics;

/// <summary>The mean of minus the logarithm of the true class's probability: cross-entropy, of probabilities.</summary>
/// <remarks>As scikit-learn's <see href="https://scikit-learn.org/stable/modules/generated/sklearn.metrics.log_loss.html">log_loss</see>: probabilities are
/// clipped to [eps, 1 - eps], so that one certain mistake does not make the loss infinite, and divided by their sum.
/// For one class per sample. Named <c>"log loss"</c>.</remarks>
public sealed class LogLoss : MeanMetric
{
    private readonly double? eps;
    private readonly long ignoreIndex;

    /// <summary>Creates the metric.</summary>
    /// <param name="eps">The least probability; null takes what the predictions' dtype can tell from 1 (1.2e-7 in float32, 2.2e-16 in float64).</param>
    /// <param name="ignoreIndex">The target that is passed over.</param>
    /// <exception cref="ArgumentOutOfRangeException">eps is not from 0 to below 0.5.</exception>
    public LogLoss(double? eps = null, long ignoreIndex = -100)
    {
        this.eps = eps is null or (>= 0 and < 0.5)
            ? eps
            : throw new ArgumentOutOfRangeException(nameof(eps), eps, "eps is the least probability: give a small number as 1e-7, from 0 to below 0.5.");
        this.ignoreIndex = ignoreIndex;
        Name = "log loss";
    }

    /// <inheritdoc/>
    public override bool HigherIsBetter => false;

    private protected override string Options => string.Create(CultureInfo.InvariantCulture, $"eps {eps?.ToString(CultureInfo.InvariantCulture) ?? "of the dtype"}, ignoreIndex {ignoreIndex}");

    private protected override (double Sum, long Count) Measure(Tensor predictions, Tensor targets)
    {
        var kind = BatchShapes.KindOf(predictions, targets);
        if (kind is BatchKind.Labels or BatchKind.MultiLabel)
        {
            throw new ArgumentException($"'{Name}' needs probabilities, [batch] of yes or [batch, classes, ...], and one class per target.", nameof(predictions));
        }

        var actual = ClassNumbers.Actual(targets, ignoreIndex, kind == BatchKind.YesNo ? 2 : predictions.shape[1]);
        if (predictions.numel() == 0)
        {
            return (0, 0);
        }

        LabelBatch.RequireProbabilities(predictions);
        var least = eps ?? Resolution(predictions.dtype);
        var clipped = TensorNumbers.Precise(predictions).clamp(least, 1 - least);
        return kind == BatchKind.YesNo ? OfYes(TensorNumbers.Doubles(clipped), actual) : OfClasses(BatchShapes.Rows(clipped), actual);
    }

    private static (double Sum, long Count) OfYes(double[] yes, long[] actual)
    {
        var (sum, count) = (0.0, 0L);
        for (var i = 0; i < actual.Length; i++)
        {
            if (actual[i] != ClassNumbers.Ignored)
            {
                sum -= Math.Log(actual[i] == 1 ? yes[i] : 1 - yes[i]);
                count++;
            }
        }

        return (sum, count);
    }

    private static (double Sum, long Count) OfClasses(Tensor rows, long[] actual)
    {
        var own = TensorNumbers.Doubles(rows.gather(1, tensor(actual, device: rows.device).clamp(min: 0).unsqueeze(1)));
        var whole = TensorNumbers.Doubles(rows.sum(1));
        var (sum, count) = (0.0, 0L);
        for (var i = 0; i < actual.Length; i++)
        {
            if (actual[i] != ClassNumbers.Ignored)
            {
                sum -= Math.Log(own[i] / whole[i]);
                count++;
            }
        }

        return (sum, count);
    }

    private static double Resolution(ScalarType type) => type switch
    {
        ScalarType.Float64 => Math.BitIncrement(1.0) - 1,
        ScalarType.Float16 => 1.0 / (1 << 10),
        ScalarType.BFloat16 => 1.0 / (1 << 7),
        _ => MathF.BitIncrement(1f) - 1,
    };
}
