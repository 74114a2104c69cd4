using DeepLearningCourse.Models;

namespace DeepLearningCourse.Optimization.Updates;

/// <summary>Adam with Nesterov's momentum (<see href="https://openreview.net/forum?id=OM0jvwB8jIp57ZJjtNEZ">Dozat, 2016</see>).</summary>
internal sealed class NAdamRule : UpdateRule<NAdamOptions>
{
    private static readonly StateSlot[] Means = [new("exp_avg"), new("exp_avg_sq")];

    // PyTorch keeps the product of all momenta as a float, and so rounds it at each step.
    private static readonly StateScalar[] Products = [new("mu_product", _ => 1)];

    public override IReadOnlyList<StateScalar> Scalars => Products;

    public override IReadOnlyList<StateSlot> Slots(NAdamOptions options) => Means;

    public override OptimizerGroup<NAdamOptions> MakeGroup(ParameterGroup source, NAdamOptions options) => new NAdamGroup(source, options);

    public override void Update(in UpdateRun run, NAdamOptions options)
    {
        var gradient = run.Direction(options.DecoupledWeightDecay ? 0 : options.WeightDecay, options.Maximize);

        if (options.DecoupledWeightDecay && options.WeightDecay != 0)
        {
            run.Parameter.mul_(1 - (run.LearningRate * options.WeightDecay));
        }

        var momentum = Momentum(run.Step, options);
        var next = Momentum(run.Step + 1, options);
        var product = run.Scalars[0] = (float)run.Scalars[0] * (float)momentum;
        var mean = run.State[0].mul_(options.Beta1).add_(gradient, alpha: 1 - options.Beta1);
        var squares = run.State[1].mul_(options.Beta2).addcmul_(gradient, gradient, 1 - options.Beta2);

        // The correction of the squares goes into the factors, which are numbers.
        var correction = Math.Sqrt(1 - Math.Pow(options.Beta2, run.Step));
        var divisor = squares.sqrt().add_(options.Eps * correction);
        run.Parameter.addcdiv_(gradient, divisor, -run.LearningRate * (1 - momentum) / (1 - product) * correction);
        run.Parameter.addcdiv_(mean, divisor, -run.LearningRate * next / (1 - (product * next)) * correction);
    }

    private static double Momentum(long step, NAdamOptions options) =>
        options.Beta1 * (1 - (0.5 * Math.Pow(0.96, step * options.MomentumDecay)));
}
