using static TorchSharp.torch;

namespace DeepLearningCourse.Runtime.Guards;

/// <summary>A function of TorchSharp's library that lets libtorch's errors through, and what a student is told in place of the end of the process.</summary>
/// <param name="Export">Its name in the library.</param>
/// <param name="Call">What the C# that calls it is called.</param>
/// <param name="Tensors">How many of its first arguments are tensors.</param>
/// <param name="OnStack">How many of its arguments come after the six in registers, rounded up to an even number.</param>
/// <param name="Advice">What to do, from libtorch's reason and the tensors; null where it has nothing to say.</param>
internal sealed record GuardedFunction(string Export, string Call, int Tensors = 0, int OnStack = 0, Func<string, IReadOnlyList<Tensor>, string?>? Advice = null)
{
    /// <summary>The error's text in one line: what was called with which shapes, libtorch's reason without C++ frames, and what to do.</summary>
    public string Explain(string whole, ReadOnlySpan<nint> arguments)
    {
        var reason = whole.Split('\n', 2)[0].Trim().TrimEnd('.');

        using var scope = NewDisposeScope();
        List<Tensor> tensors = [];

        foreach (var argument in arguments[..Tensors])
        {
            if (argument != 0)
            {
                tensors.Add(Alias(argument));
            }
        }

        var of = tensors.Count == 0 ? "" : $" of {string.Join(" and ", tensors.Select(tensor => $"[{string.Join(", ", tensor.shape)}]"))}";
        var advice = Advice?.Invoke(reason, tensors);
        return $"{Call}{of}: {reason}.{(advice is null ? "" : " " + advice)}";
    }

    private static unsafe Tensor Alias(nint tensor)
    {
        nint handle;
        _ = DispatcherExports.NewTensorHandle(tensor, &handle);
        return Tensor.UnsafeCreateTensor(handle);
    }
}
