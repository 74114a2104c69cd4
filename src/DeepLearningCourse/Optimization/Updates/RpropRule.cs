namespace DeepLearningCourse.Optimization.Updates;

/// <summary>Resilient backpropagation (<see href="https://ieeexplore.ieee.org/document/298623">Riedmiller and Braun, 1993</see>): only the signs of the gradients
/// count.</summary>
internal sealed class RpropRule : UpdateRule<RpropOptions>
{
    private static readonly StateSlot[] Both = [new("prev"), new("step_size")];

    public override IReadOnlyList<StateSlot> Slots(RpropOptions options) => Both;

    public override void Update(in UpdateRun run, RpropOptions options)
    {
        var gradient = run.Direction(weightDecay: 0, options.Maximize);
        var (last, size) = (run.State[0], run.State[1]);

        if (run.Step == 1)
        {
            size.fill_(run.LearningRate);
        }

        // The last gradient is not needed after this product, which says where the sign changed.
        var product = last.mul_(gradient);
        var turned = product.lt(0);
        var kept = product.gt(0);
        var factor = product.fill_(1).masked_fill_(kept, options.EtaPlus).masked_fill_(turned, options.EtaMinus);
        size.mul_(factor).clamp_(options.MinStep, options.MaxStep);

        // Where it changed, the parameter waits one step.
        last.copy_(gradient).masked_fill_(turned, 0);
        run.Parameter.addcmul_(last.sign(), size, -1);
    }
}
