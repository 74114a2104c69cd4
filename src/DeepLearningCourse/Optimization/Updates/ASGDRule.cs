namespace DeepLearningCourse.Optimization.Updates;

/// <summary>Averaged stochastic gradient descent (<see href="https://dl.acm.org/doi/10.1137/0330046">Polyak and Juditsky, 1992</see>).</summary>
internal sealed class ASGDRule : UpdateRule<ASGDOptions>
{
    private static readonly StateSlot[] Average = [new("ax")];

    // PyTorch keeps both as floats, and so rounds them at each step.
    private static readonly StateScalar[] Rates = [new("eta", learningRate => (float)learningRate), new("mu", _ => 1)];

    public override IReadOnlyList<StateScalar> Scalars => Rates;

    public override IReadOnlyList<StateSlot> Slots(ASGDOptions options) => Average;

    public override void Update(in UpdateRun run, ASGDOptions options)
    {
        // A schedule may have changed the learning rate since the state was made.
        var rate = run.Step == 1 ? (float)run.LearningRate : run.Scalars[0];
        var share = run.Scalars[1];
        run.Parameter.mul_(1 - (rate * (options.Lambd + options.WeightDecay))).add_(run.Gradient, alpha: options.Maximize ? rate : -rate);
        _ = share == 1 ? run.State[0].copy_(run.Parameter) : run.State[0].mul_(1 - share).add_(run.Parameter, alpha: share);
        run.Scalars[0] = (float)(run.LearningRate / Math.Pow(1 + (options.Lambd * run.LearningRate * run.Step), options.Alpha));
        run.Scalars[1] = (float)(1 / Math.Max(1, run.Step - options.T0));
    }
}
