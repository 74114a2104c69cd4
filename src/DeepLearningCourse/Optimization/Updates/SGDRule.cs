using DeepLearningCourse.Models;
using TorchSharp.Modules;
using static TorchSharp.torch;

namespace DeepLearningCourse.Optimization.Updates;

/// <summary>Stochastic gradient descent, with momentum as <see href="https://proceedings.mlr.press/v28/sutskever13.html">Sutskever et al.</see>
/// and in PyTorch's form.</summary>
internal sealed class SGDRule : UpdateRule<SGDOptions>
{
    private static readonly StateSlot[] Buffer = [new("momentum_buffer")];
    private static readonly FusedUpdate<SGDOptions> FusedSGD = new FusedSGDUpdate();

    public SGDRule() => Fused = FusedSGD;

    public override bool CountsSteps => false;

    public override IReadOnlyList<StateSlot> Slots(SGDOptions options) => options.Momentum == 0 ? [] : Buffer;

    public override OptimizerGroup<SGDOptions> MakeGroup(ParameterGroup source, SGDOptions options) => new SGDGroup(source, options);

    public override bool UpdateSparse(Parameter parameter, Tensor gradient, SGDOptions options, double learningRate)
    {
        if (options.Momentum != 0 || options.WeightDecay != 0)
        {
            return false;
        }

        parameter.add_(gradient, alpha: options.Maximize ? learningRate : -learningRate);
        return true;
    }

    public override void Update(in UpdateRun run, SGDOptions options)
    {
        var gradient = options.Maximize ? run.Gradient.neg() : run.Gradient;
        gradient = options.WeightDecay == 0 ? gradient : gradient.add(run.Parameter, alpha: options.WeightDecay);

        if (options.Momentum != 0)
        {
            var buffer = run.State[0];
            _ = run.Step == 1 ? buffer.copy_(gradient) : buffer.mul_(options.Momentum).add_(gradient, alpha: 1 - options.Dampening);
            gradient = options.Nesterov ? gradient.add(buffer, alpha: options.Momentum) : buffer;
        }

        run.Parameter.add_(gradient, alpha: -run.LearningRate);
    }
}
