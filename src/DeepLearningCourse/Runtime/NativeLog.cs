using System.Runtime.InteropServices;

namespace DeepLearningCourse.Runtime;

/// <summary>What libtorch prints on the error stream by itself.</summary>
internal static unsafe class NativeLog
{
    private const int Fatal = 3;

    private static readonly int* Level = FindLevel();
    private static readonly int Usual = Level == null ? 0 : *Level;

    /// <summary>Silences errors until <see cref="Speak"/>: the caller says in an exception what happened.</summary>
    /// <remarks>The level is one number for the process, so an error of another thread may be silenced or printed too. It harms nothing.</remarks>
    public static void Hush() => Set(Fatal);

    /// <summary>Lets libtorch print as before.</summary>
    public static void Speak() => Set(Usual);

    private static void Set(int level)
    {
        if (Level != null)
        {
            *Level = level;
        }
    }

    // The flag is libc10's, which libtorch_cpu brings along.
    private static int* FindLevel() =>
        NativeLibrary.TryGetExport(LibTorchLoader.LoadedLibTorch(), "FLAGS_caffe2_log_level", out var address)
        || (NativeLibrary.TryLoad(NativeNames.C10, out var library) && NativeLibrary.TryGetExport(library, "FLAGS_caffe2_log_level", out address))
            ? (int*)address
            : null;
}
