using DeepLearningCourse.Runtime;

namespace DeepLearningCourse.Optimization.Updates;

/// <summary>libtorch's Adagrad for a list of parameters.</summary>
internal sealed class FusedAdagradUpdate : FusedUpdate<AdagradOptions>
{
    private static readonly OperatorName Name = new("aten::_fused_adagrad_"u8, ""u8);

    public override void Update(FusedLists lists, AdagradOptions options, double learningRate) =>
        Dispatcher.Call(Name, new Arguments(lists, options, learningRate));

    protected override bool Try(FusedLists lists) => Dispatcher.Has(Name, new Arguments(lists, new AdagradOptions(), 0));

    private readonly struct Arguments(FusedLists lists, AdagradOptions options, double lr) : IOperatorArguments
    {
        public void Push(scoped ref ArgumentStack stack)
        {
            stack.Push(lists.Parameters);
            stack.Push(lists.Gradients);
            stack.Push(lists.State(0));
            stack.Push(lists.Steps);
            stack.Push(lr);
            stack.Push(options.LrDecay);
            stack.Push(options.WeightDecay);
            stack.Push(options.Eps);
            stack.Push(options.Maximize);
            stack.PushOptional(null); // grad_scale
            stack.PushOptional(null); // found_inf
        }
    }
}
