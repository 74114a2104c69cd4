using DeepLearningCourse.Models;
using static TorchSharp.torch;

namespace DeepLearningCourse.Optimization.Updates;

/// <summary>Adam by the largest gradient instead of the mean of squares (<see href="https://arxiv.org/abs/1412.6980">Kingma and Ba, 2014</see>).</summary>
internal sealed class AdamaxRule : UpdateRule<AdamaxOptions>
{
    private static readonly StateSlot[] Both = [new("exp_avg"), new("exp_inf")];

    public override IReadOnlyList<StateSlot> Slots(AdamaxOptions options) => Both;

    public override OptimizerGroup<AdamaxOptions> MakeGroup(ParameterGroup source, AdamaxOptions options) => new AdamaxGroup(source, options);

    public override void Update(in UpdateRun run, AdamaxOptions options)
    {
        var gradient = run.Direction(options.WeightDecay, options.Maximize);
        var mean = run.State[0].mul_(options.Beta1).add_(gradient, alpha: 1 - options.Beta1);
        var size = run.OwnsGradient ? gradient.abs_() : gradient.abs();
        var largest = run.State[1].mul_(options.Beta2).clamp_(min: size.add_(options.Eps), max: (Tensor?)null);
        run.Parameter.addcdiv_(mean, largest, -run.LearningRate / (1 - Math.Pow(options.Beta1, run.Step)));
    }
}
