using System.Linq.Expressions;
using System.Runtime.InteropServices;
using static TorchSharp.torch;

namespace DeepLearningCourse.Runtime;

/// <summary>The mode of one module by itself: TorchSharp's <c>train</c> reaches the modules inside too.</summary>
/// <remarks>The look is called without telling the garbage collector, which costs more than it does.</remarks>
internal static unsafe class ModuleCalls
{
    private static readonly delegate* unmanaged[SuppressGCTransition]<nint, byte> IsTrainingFunction =
        (delegate* unmanaged[SuppressGCTransition]<nint, byte>)Find("THSNN_Module_is_training");

    private static readonly delegate* unmanaged<nint, byte, void> TrainFunction = (delegate* unmanaged<nint, byte, void>)Find("THSNN_Module_train");

    private static readonly Func<nn.Module, SafeHandle> Handles = CompileHandle();

    /// <summary>TorchSharp's hold on the native module; its address is 0 once the module was disposed.</summary>
    public static SafeHandle Handle(nn.Module module) => Handles(module);

    public static bool IsTraining(nint module) => IsTrainingFunction(module) != 0;

    public static void Train(nint module, bool on) => TrainFunction(module, on ? (byte)1 : (byte)0);

    // The field is internal, and its type too: no accessor can name it.
    private static Func<nn.Module, SafeHandle> CompileHandle()
    {
        var module = Expression.Parameter(typeof(nn.Module));
        return Expression.Lambda<Func<nn.Module, SafeHandle>>(Expression.Convert(Expression.Field(module, "handle"), typeof(SafeHandle)), module).Compile();
    }

    private static nint Find(string name) => NativeLibrary.GetExport(LibTorchLoader.LoadedTorchSharp(), name);
}
