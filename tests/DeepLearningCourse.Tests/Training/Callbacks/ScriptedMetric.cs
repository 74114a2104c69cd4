using DeepLearningCourse.Metrics;
using static TorchSharp.torch;

namespace DeepLearningCourse.Tests.Training.Callbacks;

/// <summary>A metric that gives the numbers it is told, one a validation.</summary>
internal sealed class ScriptedMetric(bool higherIsBetter, params double[] values) : Metric
{
    private int evaluations = -1;

    public override bool HigherIsBetter => higherIsBetter;

    public override double Value => values[evaluations];

    public override IReadOnlyDictionary<string, double[]> State => new Dictionary<string, double[]>();

    public override void Add(Tensor predictions, Tensor targets)
    {
    }

    public override void Reset() => evaluations++;

    public override void Merge(Metric other)
    {
    }

    public override void Restore(IReadOnlyDictionary<string, double[]> state)
    {
    }
}
