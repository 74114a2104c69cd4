using DeepLearningCourse.Runtime;
using static TorchSharp.torch;

namespace DeepLearningCourse.Optimization.Updates;

/// <summary>libtorch's copy of a list of tensors into another in one call.</summary>
internal readonly struct ListCopy(Tensor[] targets, Tensor[] sources) : IOperatorArguments
{
    /// <summary>The operator.</summary>
    public static readonly OperatorName Name = new("aten::_foreach_copy_"u8, ""u8);

    private static readonly Lazy<bool> Exists = new(Try);

    /// <summary>Whether this libtorch has it.</summary>
    public static bool Exist => Exists.Value;

    public void Push(scoped ref ArgumentStack stack)
    {
        stack.Push(targets);
        stack.Push(sources);
        stack.Push(false);
    }

    private static bool Try()
    {
        using var scope = NewDisposeScope();
        return Dispatcher.Has(Name, new ListCopy([zeros(1)], [zeros(1)]));
    }
}
