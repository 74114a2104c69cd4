using DeepLearningCourse.Runtime;
using static TorchSharp.torch;

namespace DeepLearningCourse.Optimization.Averaging;

/// <summary>Copies many tensors by one call of libtorch's.</summary>
internal static class TensorLists
{
    private static readonly OperatorName ForeachCopy = new("aten::_foreach_copy_"u8, ""u8);

    /// <summary>Copies each source into the target at its place; types and devices may differ, shapes may not.</summary>
    public static void Copy(Tensor[] targets, Tensor[] sources)
    {
        // libtorch refuses empty lists.
        if (targets.Length > 0)
        {
            Dispatcher.Call(ForeachCopy, new CopyArguments(targets, sources));
        }
    }

    private readonly struct CopyArguments(Tensor[] targets, Tensor[] sources) : IOperatorArguments
    {
        public void Push(scoped ref ArgumentStack stack)
        {
            stack.Push(targets);
            stack.Push(sources);
            stack.Push(false); // non_blocking: the network may change right after
        }
    }
}
