using DeepLearningCourse.Runtime;

namespace DeepLearningCourse.Optimization.Updates;

/// <summary>The arguments of <c>_fused_adam_</c> and <c>_fused_adamw_</c>.</summary>
internal readonly struct FusedAdamArguments(
    FusedLists lists, double lr, double beta1, double beta2, double weightDecay, double eps, bool amsgrad, bool maximize) : IOperatorArguments
{
    public static readonly OperatorName Adam = new("aten::_fused_adam_"u8, ""u8);
    public static readonly OperatorName AdamW = new("aten::_fused_adamw_"u8, ""u8);

    public void Push(scoped ref ArgumentStack stack)
    {
        stack.Push(lists.Parameters);
        stack.Push(lists.Gradients);
        stack.Push(lists.State(0));
        stack.Push(lists.State(1));
        stack.Push(amsgrad ? lists.State(2) : []);
        stack.Push(lists.Steps);
        stack.Push(lr);
        stack.Push(beta1);
        stack.Push(beta2);
        stack.Push(weightDecay);
        stack.Push(eps);
        stack.Push(amsgrad);
        stack.Push(maximize);
        stack.PushOptional(null); // grad_scale
        stack.PushOptional(null); // found_inf
    }
}
