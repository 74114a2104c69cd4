using System.Diagnostics.CodeAnalysis;
using System.Runtime.CompilerServices;

namespace DeepLearningCourse.Runtime;

/// <summary>Loads libtorch before the first tensor, and says which one was loaded.</summary>
/// <remarks>
/// It runs by itself when a program that references this library starts, so there is usually nothing to call. libtorch
/// comes from the folder in the environment variable <c>LIBTORCH</c>, from Python's PyTorch if <c>LIBTORCH_USE_PYTORCH</c>
/// is 1, or else from the libtorch package.
/// </remarks>
public static class LibTorch
{
    private static readonly Lock Gate = new();
    private static LibTorchInfo? info;
    private static LibTorchLoadException? failure;

    /// <summary>Which libtorch was loaded; loads it if that has not happened yet.</summary>
    /// <exception cref="LibTorchLoadException">libtorch cannot be loaded.</exception>
    public static LibTorchInfo Info
    {
        get
        {
            EnsureLoaded();
            return info!;
        }
    }

    /// <summary>Loads libtorch unless it is loaded already.</summary>
    /// <exception cref="LibTorchLoadException">libtorch cannot be loaded; says what to install.</exception>
    public static void EnsureLoaded()
    {
        lock (Gate)
        {
            if (failure is not null)
            {
                throw new LibTorchLoadException(failure.Message, failure);
            }

            try
            {
                info ??= LibTorchLoader.Load();
            }
            catch (LibTorchLoadException exception)
            {
                failure = exception;
                throw;
            }
        }
    }

    // The build adds the same to each program that uses this library, because such a program may touch TorchSharp first.
    // This one serves programs that are not built with it: scripts, and other languages.
    [ModuleInitializer]
    [SuppressMessage("Usage", "CA2255", Justification = "Tensors cannot be used before libtorch is loaded.")]
    internal static void LoadAtStart() => EnsureLoaded();
}
