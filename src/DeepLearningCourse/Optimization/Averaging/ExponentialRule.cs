using System.Globalization;
using static TorchSharp.torch;

namespace DeepLearningCourse.Optimization.Averaging;

/// <summary>The exponential moving average: the past fades by the same factor at each update.</summary>
/// <remarks><see href="https://docs.pytorch.org/docs/stable/optim.html#weight-averaging-swa-and-ema"/>; the warm-up is that of
/// <see href="https://www.tensorflow.org/api_docs/python/tf/train/ExponentialMovingAverage"/>.</remarks>
internal sealed class ExponentialRule(double decay, bool warmUp) : AveragingRule
{
    public override IReadOnlyDictionary<string, string> Description { get; } = new Dictionary<string, string>
    {
        ["kind"] = nameof(WeightAverage.Ema),
        ["decay"] = decay.ToString("R", CultureInfo.InvariantCulture),
        ["warmUp"] = warmUp ? "true" : "false",
    };

    public override double Share(long updates) => 1 - Decay(updates);

    public override Tensor OfWholeNumbers(Tensor average, Tensor current, long updates) =>
        (average * Decay(updates)) + (current * Share(updates));

    private double Decay(long updates) => warmUp ? Math.Min(decay, (1.0 + updates) / (10.0 + updates)) : decay;
}
