using static TorchSharp.torch;

namespace DeepLearningCourse.Runtime;

/// <summary>Calls operators of libtorch that TorchSharp does not hand on, by their names.</summary>
/// <remarks>
/// An operator that does not exist would leave its arguments behind, so whoever uses one that a libtorch may lack asks <see cref="Has"/> first, with
/// a call on small tensors. A few types of arguments are not supported by libtorch 2.10 here: <c>Scalar</c> and <c>Generator</c>.
/// </remarks>
internal static unsafe class Dispatcher
{
    private const int MaxArguments = 24;

    private static readonly OperatorName SetDataName = new("aten::set_data"u8, ""u8);

    /// <summary>Whether this libtorch can be called this way at all.</summary>
    public static bool IsAvailable => DispatcherExports.CallDispatcher != null && DispatcherExports.Missing.Count == 0;

    /// <summary>Whether a call succeeds; the reason of one that fails is not printed.</summary>
    /// <param name="operatorName">The operator.</param>
    /// <param name="arguments">Small tensors to try it on.</param>
    public static bool Has<TArguments>(OperatorName operatorName, scoped in TArguments arguments)
        where TArguments : struct, IOperatorArguments
    {
        if (!IsAvailable)
        {
            return false;
        }

        var places = stackalloc ulong[MaxArguments];
        return InvokeQuietly(operatorName, arguments, places) == 0;
    }

    /// <summary>Calls an operator that returns nothing.</summary>
    /// <exception cref="OperatorException">libtorch refuses; the message is its reason.</exception>
    public static void Call<TArguments>(OperatorName operatorName, scoped in TArguments arguments)
        where TArguments : struct, IOperatorArguments
    {
        var places = stackalloc ulong[MaxArguments];
        Call(operatorName, arguments, places);
    }

    /// <summary>Calls an operator that returns one tensor, which belongs to the current DisposeScope as any new tensor.</summary>
    /// <exception cref="OperatorException">libtorch refuses; the message is its reason.</exception>
    public static Tensor CallForTensor<TArguments>(OperatorName operatorName, scoped in TArguments arguments)
        where TArguments : struct, IOperatorArguments
    {
        var places = stackalloc ulong[MaxArguments];
        Call(operatorName, arguments, places);
        return Tensor.UnsafeCreateTensor((nint)places[0]);
    }

    /// <summary>Gives a tensor other contents, of any type and on any device, while it stays the same tensor: Python's <c>tensor.data = data</c>.</summary>
    /// <exception cref="OperatorException">libtorch refuses; the message is its reason.</exception>
    public static void SetData(Tensor tensor, Tensor data) => Call(SetDataName, new TwoTensors(tensor, data));

    private static void Call<TArguments>(OperatorName operatorName, scoped in TArguments arguments, ulong* places)
        where TArguments : struct, IOperatorArguments
    {
        if (!IsAvailable)
        {
            throw new NotSupportedException($"This libtorch lacks {string.Join(", ", DispatcherExports.Missing)}, which {operatorName.Text} needs. "
                + $"Use libtorch {LibTorchInfo.Expected.ToString(2)}.");
        }

        if (InvokeQuietly(operatorName, arguments, places) != 0)
        {
            throw new OperatorException(operatorName.Text, ReasonOf(operatorName, arguments));
        }
    }

    /// <summary>libtorch says its reason on the error stream alone. The call is repeated there on copies, so that nothing of the user's is touched.</summary>
    private static string? ReasonOf<TArguments>(OperatorName operatorName, scoped in TArguments arguments)
        where TArguments : struct, IOperatorArguments
    {
        var places = stackalloc ulong[MaxArguments];
        using var capture = ErrorStreamCapture.TryStart();
        return capture is null || Invoke(operatorName, arguments, places, onCopies: true) == 0 ? null : capture.Reason();
    }

    private static int InvokeQuietly<TArguments>(OperatorName operatorName, scoped in TArguments arguments, ulong* places)
        where TArguments : struct, IOperatorArguments
    {
        NativeLog.Hush();

        try
        {
            return Invoke(operatorName, arguments, places, onCopies: false);
        }
        finally
        {
            NativeLog.Speak();
        }
    }

    private static int Invoke<TArguments>(OperatorName operatorName, scoped in TArguments arguments, ulong* places, bool onCopies)
        where TArguments : struct, IOperatorArguments
    {
        Span<ArgumentKind> kinds = stackalloc ArgumentKind[MaxArguments];
        var stack = new ArgumentStack(new Span<ulong>(places, MaxArguments), kinds, onCopies);

        try
        {
            arguments.Push(ref stack);
        }
        catch
        {
            stack.Release();
            throw;
        }

        return DispatcherExports.CallDispatcher(operatorName.Name, operatorName.Overload, places);
    }

    private readonly struct TwoTensors(Tensor first, Tensor second) : IOperatorArguments
    {
        public void Push(scoped ref ArgumentStack stack)
        {
            stack.Push(first);
            stack.Push(second);
        }
    }
}
