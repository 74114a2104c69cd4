using DeepLearningCourse.Metrics.Counting;
using static TorchSharp.torch;

namespace DeepLearningCourse.Metrics;

/// <summary>The share of samples whose class was predicted right, 0 to 1.</summary>
/// <remarks>
/// <para>As scikit-learn's <see href="https://scikit-learn.org/stable/modules/generated/sklearn.metrics.accuracy_score.html">accuracy_score</see>: a sample
/// with several labels is right if all of them are, unless each label is to count for itself.</para>
/// <para>With <c>topK</c> from 2 on as
/// <see href="https://scikit-learn.org/stable/modules/generated/sklearn.metrics.top_k_accuracy_score.html">top_k_accuracy_score</see>: right if the
/// true class is among the k of the largest scores, where of equal scores the higher class number comes first.</para>
/// <para>Named <c>"accuracy"</c>, <c>"accuracy (top 5)"</c> or <c>"accuracy (per label)"</c>.</para>
/// </remarks>
public sealed class Accuracy : MeanMetric
{
    private readonly LabelOptions options;
    private readonly int topK;
    private readonly bool perLabel;

    /// <summary>Creates the metric.</summary>
    /// <param name="threshold">The probability from which an answer is yes, between 0 and 1.</param>
    /// <param name="topK">Among how many of the largest scores the true class has to be, at least 1.</param>
    /// <param name="perLabel">Whether the labels of a multi-label sample are counted one by one.</param>
    /// <param name="ignoreIndex">The target that is passed over.</param>
    /// <exception cref="ArgumentOutOfRangeException">The threshold is no probability, or topK is below 1.</exception>
    /// <exception cref="ArgumentException">topK and perLabel were both asked for.</exception>
    public Accuracy(double threshold = 0.5, int topK = 1, bool perLabel = false, long ignoreIndex = -100)
    {
        options = new LabelOptions(threshold, ignoreIndex);
        this.topK = topK >= 1 ? topK : throw new ArgumentOutOfRangeException(
            nameof(topK), topK, "The true class is to be among the topK largest scores: give 1 or more.");
        this.perLabel = perLabel && topK > 1
            ? throw new ArgumentException("topK is for scores of classes, perLabel for several labels per sample: choose one.", nameof(perLabel))
            : perLabel;
        Name = topK > 1 ? $"accuracy (top {topK})" : perLabel ? "accuracy (per label)" : "accuracy";
    }

    private protected override string Options => $"{options}, topK {topK}, perLabel {perLabel}";

    private protected override (double Sum, long Count) Measure(Tensor predictions, Tensor targets)
    {
        if (topK > 1)
        {
            return TopK(predictions, targets);
        }

        var batch = LabelBatch.Read(predictions, targets, options, classes: null);
        return batch.MultiLabel && !perLabel ? WholeSamples(batch) : Answers(batch);
    }

    private static (double Sum, long Count) Answers(LabelBatch batch)
    {
        var (right, counted) = (0L, 0L);
        for (var i = 0; i < batch.Actual.Length; i++)
        {
            if (batch.Actual[i] != ClassNumbers.Ignored)
            {
                right += batch.Actual[i] == batch.Predicted[i] ? 1 : 0;
                counted++;
            }
        }

        return (right, counted);
    }

    /// <summary>Samples whose labels are all right; passed over labels are neither right nor wrong.</summary>
    private static (double Sum, long Count) WholeSamples(LabelBatch batch)
    {
        var (right, counted) = (0L, 0L);
        var (labels, positions) = (batch.Columns!.Value, batch.Positions);
        for (var sample = 0; sample < batch.Actual.Length / labels; sample++)
        {
            var first = ((sample / positions) * labels * positions) + (sample % positions);
            var (answers, wrong) = (0, 0);
            for (var i = first; i < first + (labels * positions); i += positions)
            {
                answers += batch.Actual[i] == ClassNumbers.Ignored ? 0 : 1;
                wrong += batch.Actual[i] == ClassNumbers.Ignored || batch.Actual[i] == batch.Predicted[i] ? 0 : 1;
            }

            right += answers > 0 && wrong == 0 ? 1 : 0;
            counted += answers > 0 ? 1 : 0;
        }

        return (right, counted);
    }

    private (double Sum, long Count) TopK(Tensor predictions, Tensor targets)
    {
        if (BatchShapes.KindOf(predictions, targets) != BatchKind.Classes)
        {
            throw new ArgumentException($"'{Name}' needs the scores of all classes, [batch, classes, ...], and one class per target.", nameof(predictions));
        }

        var actual = ClassNumbers.Actual(targets, options.IgnoreIndex, predictions.shape[1]);
        return predictions.numel() == 0 ? (0, 0) : RankedWithin(Ranks(predictions, actual), actual);
    }

    private (double Sum, long Count) RankedWithin(long[] ranks, long[] actual)
    {
        var (right, counted) = (0L, 0L);
        for (var i = 0; i < actual.Length; i++)
        {
            if (actual[i] != ClassNumbers.Ignored)
            {
                right += ranks[i] < topK ? 1 : 0;
                counted++;
            }
        }

        return (right, counted);
    }

    /// <summary>How many classes come before the true one.</summary>
    private static long[] Ranks(Tensor predictions, long[] actual)
    {
        var rows = BatchShapes.Rows(predictions.detach());
        if (rows.isnan().any().item<bool>())
        {
            throw new ArgumentException("Scores of classes are NaN, so they have no order.", nameof(predictions));
        }

        var classes = tensor(actual, device: rows.device).clamp(min: 0).unsqueeze(1);
        var own = rows.gather(1, classes);
        var higherClass = arange(rows.shape[1], device: rows.device).unsqueeze(0).gt(classes);
        var before = rows.gt(own).logical_or_(rows.eq(own).logical_and_(higherClass));
        return TensorNumbers.Longs(before.sum(1));
    }
}
