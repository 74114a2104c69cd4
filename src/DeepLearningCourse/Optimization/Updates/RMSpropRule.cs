using DeepLearningCourse.Models;
using static TorchSharp.torch;

namespace DeepLearningCourse.Optimization.Updates;

/// <summary>RMSprop (<see href="https://www.cs.toronto.edu/~tijmen/csc321/slides/lecture_slides_lec6.pdf">Hinton's lecture 6e</see>), centered as
/// <see href="https://arxiv.org/abs/1308.0850">Graves, 2013</see>.</summary>
internal sealed class RMSpropRule : UpdateRule<RMSpropOptions>
{
    private static readonly StateSlot Squares = new("square_avg");
    private static readonly StateSlot Buffer = new("momentum_buffer");
    private static readonly StateSlot Mean = new("grad_avg");

    public override IReadOnlyList<StateSlot> Slots(RMSpropOptions options) => (options.Momentum > 0, options.Centered) switch
    {
        (true, true) => [Squares, Buffer, Mean],
        (true, false) => [Squares, Buffer],
        (false, true) => [Squares, Mean],
        _ => [Squares],
    };

    public override OptimizerGroup<RMSpropOptions> MakeGroup(ParameterGroup source, RMSpropOptions options) => new RMSpropGroup(source, options);

    public override void Update(in UpdateRun run, RMSpropOptions options)
    {
        var gradient = run.Direction(options.WeightDecay, options.Maximize);
        var squares = run.State[0].mul_(options.Alpha).addcmul_(gradient, gradient, 1 - options.Alpha);
        Tensor divisor;

        if (options.Centered)
        {
            var mean = run.State[^1].mul_(options.Alpha).add_(gradient, alpha: 1 - options.Alpha);
            divisor = squares.addcmul(mean, mean, -1).sqrt_();
        }
        else
        {
            divisor = squares.sqrt();
        }

        divisor.add_(options.Eps);

        if (options.Momentum > 0)
        {
            var buffer = run.State[1].mul_(options.Momentum).addcdiv_(gradient, divisor, 1);
            run.Parameter.add_(buffer, alpha: -run.LearningRate);
        }
        else
        {
            run.Parameter.addcdiv_(gradient, divisor, -run.LearningRate);
        }
    }
}
