using DeepLearningCourse.Models;

namespace DeepLearningCourse.Optimization.Updates;

/// <summary>Adam with a rectified rate at first (<see href="https://arxiv.org/abs/1908.03265">Liu et al., 2019</see>).</summary>
internal sealed class RAdamRule : UpdateRule<RAdamOptions>
{
    private static readonly StateSlot[] Means = [new("exp_avg"), new("exp_avg_sq")];

    public override IReadOnlyList<StateSlot> Slots(RAdamOptions options) => Means;

    public override OptimizerGroup<RAdamOptions> MakeGroup(ParameterGroup source, RAdamOptions options) => new RAdamGroup(source, options);

    public override void Update(in UpdateRun run, RAdamOptions options)
    {
        var gradient = run.Direction(options.DecoupledWeightDecay ? 0 : options.WeightDecay, options.Maximize);

        if (options.DecoupledWeightDecay && options.WeightDecay != 0)
        {
            run.Parameter.mul_(1 - (run.LearningRate * options.WeightDecay));
        }

        var mean = run.State[0].mul_(options.Beta1).add_(gradient, alpha: 1 - options.Beta1);
        var squares = run.State[1].mul_(options.Beta2).addcmul_(gradient, gradient, 1 - options.Beta2);
        var left = Math.Pow(options.Beta2, run.Step);
        var rate = run.LearningRate / (1 - Math.Pow(options.Beta1, run.Step));
        var most = (2 / (1 - options.Beta2)) - 1;
        var length = most - (2 * run.Step * left / (1 - left));

        // So few steps say nothing of the variance yet.
        if (length <= 5)
        {
            run.Parameter.add_(mean, alpha: -rate);
            return;
        }

        var rectified = Math.Sqrt((length - 4) * (length - 2) * most / ((most - 4) * (most - 2) * length));
        run.Parameter.addcdiv_(mean, squares.sqrt().add_(options.Eps), -rate * rectified * Math.Sqrt(1 - left));
    }
}
