using DeepLearningCourse.Runtime;

namespace DeepLearningCourse.Optimization.Updates;

/// <summary>libtorch's SGD for a list of parameters.</summary>
internal sealed class FusedSGDUpdate : FusedUpdate<SGDOptions>
{
    private static readonly OperatorName Name = new("aten::_fused_sgd_"u8, ""u8);

    // The momentum of the first step is the gradient itself.
    public override bool FirstStepApart => true;

    public override void Update(FusedLists lists, SGDOptions options, double learningRate) =>
        Dispatcher.Call(Name, new Arguments(lists, options, learningRate));

    protected override bool Try(FusedLists lists) => Dispatcher.Has(Name, new Arguments(lists, new SGDOptions { Momentum = 0.5 }, 0));

    private readonly struct Arguments(FusedLists lists, SGDOptions options, double lr) : IOperatorArguments
    {
        public void Push(scoped ref ArgumentStack stack)
        {
            stack.Push(lists.Parameters);
            stack.Push(lists.Gradients);
            stack.Push(options.Momentum == 0 ? [] : lists.State(0));
            stack.Push(options.WeightDecay);
            stack.Push(options.Momentum);
            stack.Push(lr);
            stack.Push(options.Dampening);
            stack.Push(options.Nesterov);
            stack.Push(options.Maximize);
            stack.Push(lists.IsFirstStep);
            stack.PushOptional(null); // grad_scale
            stack.PushOptional(null); // found_inf
        }
    }
}
