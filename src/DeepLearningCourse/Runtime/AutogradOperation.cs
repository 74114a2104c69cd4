using static TorchSharp.torch;

namespace DeepLearningCourse.Runtime;

/// <summary>Which operation made a tensor, as autograd recorded it: PyTorch's <c>grad_fn</c>, which TorchSharp does not hand on.</summary>
/// <remarks>Operations are compared by the address of their C++ class's functions, which stands first in each node, so no name of libtorch's is needed and
/// nothing is allocated (<see href="https://github.com/pytorch/pytorch/blob/v2.10.0/aten/src/ATen/core/TensorBase.h">TensorBase.h</see>).</remarks>
internal static unsafe class AutogradOperation
{
    private static readonly CppFunction[] All =
    [
        new("_ZNK2at10TensorBase7grad_fnEv", "?grad_fn@TensorBase@at@@QEBAAEBV?$shared_ptr@UNode@autograd@torch@@@std@@XZ"),
        new("_ZNK2at10TensorBase7is_viewEv", "?is_view@TensorBase@at@@QEBA_NXZ"),
        new("_ZNK2at10TensorBase5_baseEv", "?_base@TensorBase@at@@QEBAAEBV12@XZ"),
    ];

    private static readonly delegate* unmanaged<nint, nint*> GradFn = (delegate* unmanaged<nint, nint*>)All[0].Address();
    private static readonly delegate* unmanaged<nint, byte> IsView = (delegate* unmanaged<nint, byte>)All[1].Address();
    private static readonly delegate* unmanaged<nint, nint> Base = (delegate* unmanaged<nint, nint>)All[2].Address();

    /// <summary>Whether this libtorch lets itself be asked.</summary>
    public static bool IsAvailable { get; } = All.All(function => function.Address() != 0);

    /// <summary>What made a tensor, or the tensor that it is a view of (as <c>squeeze</c> gives), as a number to compare; 0 where nothing was recorded.</summary>
    public static nint Of(Tensor tensor)
    {
        if (!IsAvailable)
        {
            return 0;
        }

        var own = tensor.Handle;
        var node = *GradFn(IsView(own) != 0 ? Base(own) : own);
        GC.KeepAlive(tensor);
        return node == 0 ? 0 : *(nint*)node;
    }

    /// <summary>What an operation looks like, tried on a small tensor.</summary>
    /// <param name="operation">The operation, of a tensor <c>[1, 2]</c>.</param>
    public static nint OfFunction(Func<Tensor, Tensor> operation)
    {
        using var scope = NewDisposeScope();
        using var gradients = enable_grad();
        return Of(operation(zeros(1, 2, requires_grad: true)));
    }
}
