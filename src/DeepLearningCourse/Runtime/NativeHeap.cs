using System.Runtime.InteropServices;

namespace DeepLearningCourse.Runtime;

/// <summary>The C library's memory, which libtorch's tensors on the processor live in.</summary>
/// <remarks>
/// glibc gives the end of its heap back to the system as soon as a few megabytes of it are free, which in a training loop can be at every step: the next
/// one then pays for each page anew (on a LeNet a thousand page faults a step, a third of its time). Programs of Python's meet it less, because
/// something of the interpreter's often lies behind the tensors.
/// <see href="https://man7.org/linux/man-pages/man3/mallopt.3.html"/>
/// </remarks>
internal static partial class NativeHeap
{
    private const int TrimThreshold = -1;
    private const int MapThreshold = -3;

    // 32 MiB is the most that glibc takes for the size from which a block is a mapping of its own.
    private const int LargestBlock = 1 << 25;
    private const int LargestRest = 1 << 28;

    private static readonly string[] UsersOwn = ["MALLOC_TRIM_THRESHOLD_", "MALLOC_MMAP_THRESHOLD_", "GLIBC_TUNABLES"];

    private static readonly Lazy<bool> Kept = new(Keep);

    /// <summary>Keeps up to 256 MiB of freed memory for the next step, in this process from now on, unless the environment says how glibc is to do it.</summary>
    /// <returns>Whether glibc was told so.</returns>
    public static bool KeepFreedMemory() => Kept.Value;

    /// <summary>Gives freed memory back to the system now, so that what the process uses is what something needs; nothing without glibc.</summary>
    public static void GiveBack()
    {
        if (OperatingSystem.IsLinux())
        {
            try
            {
                _ = Trim(0);
            }
            catch (EntryPointNotFoundException)
            {
                // Another C library, which gives back what it likes.
            }
        }
    }

    private static bool Keep()
    {
        if (!OperatingSystem.IsLinux() || UsersOwn.Any(name => !string.IsNullOrEmpty(Environment.GetEnvironmentVariable(name))))
        {
            return false;
        }

        try
        {
            return SetOption(MapThreshold, LargestBlock) != 0 && SetOption(TrimThreshold, LargestRest) != 0;
        }
        catch (EntryPointNotFoundException)
        {
            return false; // Another C library, with ways of its own.
        }
    }

    [LibraryImport("libc", EntryPoint = "mallopt")]
    private static partial int SetOption(int option, int value);

    [LibraryImport("libc", EntryPoint = "malloc_trim")]
    private static partial int Trim(nuint kept);
}
