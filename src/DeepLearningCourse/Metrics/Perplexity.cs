using DeepLearningCourse.Metrics.Counting;
using static TorchSharp.torch;

namespace DeepLearningCourse.Metrics;

/// <summary>Among how many equally likely words a language model chooses, on average: the exponential of the mean cross-entropy.</summary>
/// <remarks>As <see href="https://lightning.ai/docs/torchmetrics/stable/text/perplexity.html">TorchMetrics' Perplexity</see>, with the classes in
/// dimension 1 as in PyTorch's losses. Predictions are <c>[batch, classes, ...]</c>, targets <c>[batch, ...]</c>. Nothing is clipped: a true class of
/// probability 0 makes it infinite. Named <c>"perplexity"</c>.</remarks>
public sealed class Perplexity : MeanMetric
{
    private readonly bool logProbabilities;
    private readonly long ignoreIndex;

    /// <summary>Creates the metric.</summary>
    /// <param name="logProbabilities">Whether predictions are log-probabilities, or logits, from which a log-softmax makes them. Better than
    /// probabilities, which float32 rounds to 0 below 1e-45.</param>
    /// <param name="ignoreIndex">The target that is passed over, such as padding.</param>
    public Perplexity(bool logProbabilities = false, long ignoreIndex = -100)
    {
        this.logProbabilities = logProbabilities;
        this.ignoreIndex = ignoreIndex;
        Name = "perplexity";
    }

    /// <inheritdoc/>
    public override bool HigherIsBetter => false;

    /// <summary>Probabilities, or the network's outputs for log-probabilities.</summary>
    public override MetricInput Input => logProbabilities ? MetricInput.Outputs : MetricInput.Probabilities;

    /// <inheritdoc/>
    public override double Value => Math.Exp(base.Value);

    private protected override string Options => $"logProbabilities {logProbabilities}, ignoreIndex {ignoreIndex}";

    private protected override (double Sum, long Count) Measure(Tensor predictions, Tensor targets)
    {
        if (BatchShapes.KindOf(predictions, targets) != BatchKind.Classes)
        {
            throw new ArgumentException($"'{Name}' needs a number for each class, [batch, classes, ...], and targets [batch, ...].", nameof(predictions));
        }

        var actual = ClassNumbers.Actual(targets, ignoreIndex, predictions.shape[1]);
        if (predictions.numel() == 0)
        {
            return (0, 0);
        }

        var classes = tensor(actual, device: predictions.device).clamp(min: 0).reshape([predictions.shape[0], 1, .. predictions.shape[2..]]);
        return logProbabilities ? OfLogarithms(predictions.detach(), classes, actual) : OfProbabilities(predictions.detach(), classes, actual);
    }

    private static (double Sum, long Count) OfLogarithms(Tensor predictions, Tensor classes, long[] actual)
    {
        // The sum over a large vocabulary needs float32 at least; float64 would take twice the memory of all scores.
        var scores = predictions.element_size() < sizeof(float) ? predictions.to(ScalarType.Float32) : predictions;
        var own = TensorNumbers.Precise(scores.gather(1, classes));
        return Sum(TensorNumbers.Doubles(TensorNumbers.Precise(scores.logsumexp(1, keepdim: true)) - own), actual, nameof(predictions));
    }

    private static (double Sum, long Count) OfProbabilities(Tensor predictions, Tensor classes, long[] actual)
    {
        LabelBatch.RequireProbabilities(predictions);
        return Sum(TensorNumbers.Doubles(-TensorNumbers.Precise(predictions.gather(1, classes)).clamp(0, 1).log()), actual, nameof(predictions));
    }

    private static (double Sum, long Count) Sum(double[] losses, long[] actual, string predictions)
    {
        var (sum, count) = (0.0, 0L);
        for (var i = 0; i < actual.Length; i++)
        {
            if (actual[i] == ClassNumbers.Ignored)
            {
                continue;
            }

            sum += double.IsNaN(losses[i]) ? throw new ArgumentException($"The scores of target {i} are NaN.", predictions) : losses[i];
            count++;
        }

        return (sum, count);
    }
}
