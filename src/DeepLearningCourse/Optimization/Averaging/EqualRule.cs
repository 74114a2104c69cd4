using static TorchSharp.torch;

namespace DeepLearningCourse.Optimization.Averaging;

/// <summary>The mean of the weights of all updates: stochastic weight averaging.</summary>
internal sealed class EqualRule : AveragingRule
{
    public override IReadOnlyDictionary<string, string> Description { get; } = new Dictionary<string, string> { ["kind"] = nameof(WeightAverage.Swa) };

    public override double Share(long updates) => 1.0 / (updates + 1);

    public override Tensor OfWholeNumbers(Tensor average, Tensor current, long updates) => average + ((current - average) / (updates + 1));
}
