namespace DeepLearningCourse.Optimization.Updates;

/// <summary>Adadelta (<see href="https://arxiv.org/abs/1212.5701">Zeiler, 2012</see>).</summary>
internal sealed class AdadeltaRule : UpdateRule<AdadeltaOptions>
{
    private static readonly StateSlot[] Means = [new("square_avg"), new("acc_delta")];

    public override IReadOnlyList<StateSlot> Slots(AdadeltaOptions options) => Means;

    public override void Update(in UpdateRun run, AdadeltaOptions options)
    {
        var gradient = run.Direction(options.WeightDecay, options.Maximize);
        var (squares, moves) = (run.State[0], run.State[1]);
        squares.mul_(options.Rho).addcmul_(gradient, gradient, 1 - options.Rho);
        var divisor = squares.add(options.Eps).sqrt_();
        var move = moves.add(options.Eps).sqrt_().div_(divisor).mul_(gradient);
        moves.mul_(options.Rho).addcmul_(move, move, 1 - options.Rho);
        run.Parameter.add_(move, alpha: -run.LearningRate);
    }
}
