using System.Runtime.InteropServices;
using System.Text;

namespace DeepLearningCourse.Runtime.Guards;

/// <summary>Says in a sentence, with the lines of C#, why the process ends when an error of native code is caught by nothing.</summary>
/// <remarks>On Windows .NET makes an <see cref="SEHException"/> of such an error, and nothing is needed.</remarks>
internal static unsafe class UncaughtErrors
{
    private const string Sentence =
        "Native code (libtorch, most likely) reported an error that TorchSharp does not catch, and C++ ends the process for it. "
        + "The reason stands below; the call that led to it is the first of yours here:";

    private static delegate* unmanaged<void> before;

    /// <summary>Has the sentence printed before C++ ends the process.</summary>
    public static void Announce()
    {
        var library = OperatingSystem.IsLinux() ? "libstdc++.so.6" : OperatingSystem.IsMacOS() ? "libc++abi.dylib" : null;

        // std::set_terminate
        if (library is not null && NativeLibrary.TryLoad(library, out var handle) && NativeLibrary.TryGetExport(handle, "_ZSt13set_terminatePFvvE", out var set))
        {
            before = (delegate* unmanaged<void>)((delegate* unmanaged<nint, nint>)set)((nint)(delegate* unmanaged<void>)&End);
        }
    }

    [UnmanagedCallersOnly]
    private static void End()
    {
        try
        {
            using var stream = Console.OpenStandardError();
            stream.Write(Encoding.UTF8.GetBytes($"{Sentence}\n{Calls(Environment.StackTrace)}\n"));
        }
        catch (Exception)
        {
            // The process ends in any case.
        }

        if (before != null)
        {
            before();
        }
    }

    // Without this class's own lines.
    private static string Calls(string stack) =>
        string.Join('\n', stack.Split('\n').SkipWhile(line => !line.Contains(nameof(UncaughtErrors), StringComparison.Ordinal)).Skip(1)).TrimEnd();
}
