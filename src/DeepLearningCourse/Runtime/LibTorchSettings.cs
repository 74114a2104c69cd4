using TorchSharp;

namespace DeepLearningCourse.Runtime;

/// <summary>libtorch's settings for the whole process that TorchSharp does not hand on: reproducible algorithms, and how exact float32 products are.</summary>
/// <example>
/// <code>
/// torch.manual_seed(42);
/// LibTorchSettings.DeterministicAlgorithms = true; // an operation that cannot be reproduced is an error
/// </code>
/// </example>
public static unsafe class LibTorchSettings
{
    // The enumerations of libtorch's Context.h.
    private const int Cuda = 1;
    private const int Mkldnn = 2;
    private const int Matmul = 3;
    private const int TF32 = 2;
    private const int BF16 = 3;

    /// <summary>Whether this libtorch can be given these settings; each of them throws where it cannot.</summary>
    public static bool IsAvailable => ContextFunctions.AllFound;

    /// <summary>
    /// Whether operations use algorithms that give the same numbers each time on the same machine. One that has none throws
    /// <see cref="System.Runtime.InteropServices.ExternalException"/> with its name, unless <see cref="DeterministicAlgorithmsWarnOnly"/>. Default false.
    /// </summary>
    /// <remarks>
    /// It costs speed on a GPU, where the environment variable <c>CUBLAS_WORKSPACE_CONFIG=:4096:8</c> has to be set before the program starts, too. Seeds
    /// are another matter: set them as well.
    /// See <see href="https://pytorch.org/docs/stable/generated/torch.use_deterministic_algorithms.html"/>.
    /// </remarks>
    /// <exception cref="NotSupportedException">This libtorch cannot be given the setting.</exception>
    public static bool DeterministicAlgorithms
    {
        get => ContextFunctions.Deterministic(Context()) != 0;
        set => ContextFunctions.SetDeterministic(Context(), Byte(value), Byte(DeterministicAlgorithmsWarnOnly));
    }

    /// <summary>Whether an operation without a deterministic algorithm only warns on the error stream, while <see cref="DeterministicAlgorithms"/> is on.
    /// Default false.</summary>
    /// <remarks>Python's <c>torch.use_deterministic_algorithms(True, warn_only=True)</c>.
    /// See <see href="https://pytorch.org/docs/stable/generated/torch.use_deterministic_algorithms.html"/>.</remarks>
    /// <exception cref="NotSupportedException">This libtorch cannot be given the setting.</exception>
    public static bool DeterministicAlgorithmsWarnOnly
    {
        get => ContextFunctions.DeterministicWarnOnly(Context()) != 0;
        set => ContextFunctions.SetDeterministic(Context(), Byte(DeterministicAlgorithms), Byte(value));
    }

    /// <summary>Whether new memory, as of <c>torch.empty</c>, is filled with NaN (or the largest whole number) while <see cref="DeterministicAlgorithms"/> is on,
    /// so that what reads it too early shows. Default true.</summary>
    /// <remarks>See <see href="https://pytorch.org/docs/stable/deterministic.html#torch.utils.deterministic.fill_uninitialized_memory"/>.</remarks>
    /// <exception cref="NotSupportedException">This libtorch cannot be given the setting.</exception>
    public static bool FillUninitializedMemory
    {
        get => ContextFunctions.Fill(Context()) != 0;
        set => ContextFunctions.SetFill(Context(), Byte(value));
    }

    /// <summary>
    /// How exactly products of float32 matrices are computed: <c>highest</c> in float32, <c>high</c> in TensorFloat32 and <c>medium</c> in bfloat16 where the
    /// hardware is faster so; the tensors stay float32. Default <c>highest</c>.
    /// </summary>
    /// <remarks>
    /// It concerns GPUs from Ampere on, and processors with instructions for bfloat16.
    /// See <see href="https://pytorch.org/docs/stable/generated/torch.set_float32_matmul_precision.html"/>.
    /// </remarks>
    /// <exception cref="ArgumentOutOfRangeException">The value is none of the three.</exception>
    /// <exception cref="NotSupportedException">This libtorch cannot be given the setting.</exception>
    public static Float32MatmulPrecision Float32MatmulPrecision
    {
        // libtorch's own question ends the program where TorchSharp's allow_tf32 was set in between; the backends' precisions tell the same.
        get => ContextFunctions.Float32Precision(Context(), Mkldnn, Matmul) == BF16 ? Float32MatmulPrecision.medium
            : ContextFunctions.Float32Precision(Context(), Cuda, Matmul) == TF32 ? Float32MatmulPrecision.high
            : Float32MatmulPrecision.highest;
        set
        {
            var text = value switch
            {
                Float32MatmulPrecision.highest => "highest"u8,
                Float32MatmulPrecision.high => "high"u8,
                Float32MatmulPrecision.medium => "medium"u8,
                _ => throw new ArgumentOutOfRangeException(nameof(value), value, "The precision of float32 products is highest, high or medium."),
            };
            var place = stackalloc ulong[CppString.Size / sizeof(ulong)];
            CppString.Write((byte*)place, text);
            ContextFunctions.SetFloat32MatmulPrecision(Context(), (byte*)place);
        }
    }

    private static nint Context() => IsAvailable
        ? ContextFunctions.GlobalContext()
        : throw new NotSupportedException(
            $"This libtorch ({LibTorch.Info.Version}) has no such settings that can be reached from here. Use libtorch {LibTorchInfo.Expected.ToString(2)}.");

    private static byte Byte(bool value) => value ? (byte)1 : (byte)0;
}
