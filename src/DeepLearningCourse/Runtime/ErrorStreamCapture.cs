using System.Runtime.InteropServices;
using System.Text;

namespace DeepLearningCourse.Runtime;

/// <summary>Reads what native code writes to the process's error stream.</summary>
/// <remarks>It holds the stream of the whole process for the moment of one failing call; what others wrote before the error is written on.</remarks>
internal sealed partial class ErrorStreamCapture : IDisposable
{
    private const int ErrorStream = 2;
    private const string Before = "Exception in aoti_torch: ";
    private const string After = "\nException raised from";

    private static readonly Lock OneAtATime = new();

    private readonly FileStream file;
    private readonly int original;
    private bool restored;

    private ErrorStreamCapture(FileStream file, int original)
    {
        this.file = file;
        this.original = original;
    }

    /// <summary>Starts to read; null where the system does not let it.</summary>
    public static ErrorStreamCapture? TryStart()
    {
        OneAtATime.Enter();
        FileStream? file = null;

        try
        {
            file = new FileStream(Path.GetTempFileName(), FileMode.Open, FileAccess.ReadWrite, FileShare.ReadWrite, 1, FileOptions.DeleteOnClose);
            var copy = Descriptors.Of(file.SafeFileHandle);
            var original = Descriptors.Duplicate(ErrorStream);

            if (copy >= 0 && original >= 0 && Descriptors.Replace(copy, ErrorStream) >= 0)
            {
                return new ErrorStreamCapture(file, original);
            }
        }
        catch (Exception exception) when (exception is IOException or UnauthorizedAccessException or DllNotFoundException or EntryPointNotFoundException)
        {
            // Without the reason the exception is still thrown.
        }

        file?.Dispose();
        OneAtATime.Exit();
        return null;
    }

    /// <summary>What libtorch said, without C++ frames; null if it said nothing.</summary>
    public string? Reason()
    {
        Restore();
        file.Position = 0;
        var text = new StreamReader(file).ReadToEnd();
        var start = text.IndexOf(Before, StringComparison.Ordinal);

        // libtorch's line begins with a date.
        WriteOn(start < 0 ? text : text[..(text.LastIndexOf('\n', start) + 1)]);

        if (start < 0)
        {
            return null;
        }

        start += Before.Length;
        var end = text.IndexOf(After, start, StringComparison.Ordinal);
        return text[start..(end < 0 ? text.Length : end)].Trim();
    }

    /// <summary>Gives the stream back.</summary>
    public void Dispose()
    {
        Restore();
        file.Dispose();
        OneAtATime.Exit();
    }

    private static void WriteOn(string text)
    {
        using var stream = Console.OpenStandardError();
        stream.Write(Encoding.UTF8.GetBytes(text));
    }

    private void Restore()
    {
        if (!restored)
        {
            restored = true;
            _ = Descriptors.Replace(original, ErrorStream);
            _ = Descriptors.Close(original);
        }
    }

    /// <summary>The C library's numbers of open files.</summary>
    private static partial class Descriptors
    {
        private const string WindowsRuntime = "ucrtbase";

        public static int Of(SafeHandle file) =>
            OperatingSystem.IsWindows() ? OpenOsHandle(file.DangerousGetHandle(), 0) : (int)file.DangerousGetHandle();

        public static int Duplicate(int descriptor) => OperatingSystem.IsWindows() ? WindowsDup(descriptor) : Dup(descriptor);

        public static int Replace(int source, int target) => OperatingSystem.IsWindows() ? WindowsDup2(source, target) : Dup2(source, target);

        public static int Close(int descriptor) => OperatingSystem.IsWindows() ? WindowsClose(descriptor) : PosixClose(descriptor);

        [LibraryImport("libc", EntryPoint = "dup")]
        private static partial int Dup(int descriptor);

        [LibraryImport("libc", EntryPoint = "dup2")]
        private static partial int Dup2(int source, int target);

        [LibraryImport("libc", EntryPoint = "close")]
        private static partial int PosixClose(int descriptor);

        [LibraryImport(WindowsRuntime, EntryPoint = "_dup")]
        private static partial int WindowsDup(int descriptor);

        [LibraryImport(WindowsRuntime, EntryPoint = "_dup2")]
        private static partial int WindowsDup2(int source, int target);

        [LibraryImport(WindowsRuntime, EntryPoint = "_close")]
        private static partial int WindowsClose(int descriptor);

        [LibraryImport(WindowsRuntime, EntryPoint = "_open_osfhandle")]
        private static partial int OpenOsHandle(nint handle, int flags);
    }
}
