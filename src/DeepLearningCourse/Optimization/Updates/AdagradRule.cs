
namespace DeepLearningCourse.Optimization.Updates;

/// <summary>Adagrad (<see href="https://jmlr.org/papers/v12/duchi11a.html">Duchi, Hazan and Singer, 2011</see>).</summary>
internal sealed class AdagradRule : UpdateRule<AdagradOptions>
{
    private static readonly FusedUpdate<AdagradOptions> FusedAdagrad = new FusedAdagradUpdate();

    public AdagradRule() => Fused = FusedAdagrad;

    public override IReadOnlyList<StateSlot> Slots(AdagradOptions options) => [new("sum", options.InitialAccumulatorValue)];

    public override void Update(in UpdateRun run, AdagradOptions options)
    {
        var gradient = options.Maximize ? run.Gradient.neg() : run.Gradient;
        gradient = options.WeightDecay == 0 ? gradient : gradient.add(run.Parameter, alpha: options.WeightDecay);
        var rate = run.LearningRate / (1 + ((run.Step - 1) * options.LrDecay));
        var sum = run.State[0].addcmul_(gradient, gradient, 1);
        run.Parameter.addcdiv_(gradient, sum.sqrt().add_(options.Eps), -rate);
    }
}
