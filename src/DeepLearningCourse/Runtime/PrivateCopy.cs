using System.Runtime.InteropServices;
using System.Runtime.Versioning;

namespace DeepLearningCourse.Runtime;

/// <summary>Loads a library's bytes from a file that only this process sees, and deletes it: Linux keeps what is mapped.</summary>
[SupportedOSPlatform("linux")]
internal static partial class PrivateCopy
{
    // RTLD_NOW: every function is looked up at once, so that a libtorch of another build is found out here.
    private const int Now = 2;

    public static nint Load(byte[] library) =>
        Write(library, TryOpen);

    /// <summary>Loads TorchSharp's library against a libtorch that may be of another build, repaired if the system needs it.</summary>
    public static (nint Handle, bool Repaired) LoadChecked(string path, LibTorchLocation location)
    {
        var (handle, problem) = TryOpen(path);
        if (handle != 0)
        {
            return (handle, false);
        }

        RefuseOtherBuild(problem, location);
        var repaired = TorchSharpRepair.Repair(path, problem);
        return (Write(repaired, copy =>
        {
            var opened = TryOpen(copy);
            RefuseOtherBuild(opened.Error, location);
            return opened;
        }), true);
    }

    private static (nint Handle, string Error) TryOpen(string path)
    {
        // Called once beforehand: binding the call would itself clear the error that it is to read.
        _ = Error();
        var handle = Open(path, Now);
        return (handle, handle == 0 ? Marshal.PtrToStringUTF8(Error()) ?? "" : "");
    }

    private static void RefuseOtherBuild(string problem, LibTorchLocation location)
    {
        if (problem.Contains("undefined symbol", StringComparison.Ordinal))
        {
            throw OtherLibTorch.WithoutFunctions(location);
        }
    }

    /// <summary>The temporary folder first; where nothing may be run from it, the program's own.</summary>
    private static nint Write(byte[] library, Func<string, (nint Handle, string Error)> load)
    {
        var problem = "";
        foreach (var parent in new[] { Path.GetTempPath(), AppContext.BaseDirectory })
        {
            var folder = Path.Combine(parent, $"deeplearningcourse-{Guid.NewGuid():N}");
            try
            {
                // Nobody else may put a library there or see this one.
                Directory.CreateDirectory(folder, UnixFileMode.UserRead | UnixFileMode.UserWrite | UnixFileMode.UserExecute);
                var path = Path.Combine(folder, NativeNames.TorchSharp);
                File.WriteAllBytes(path, library);
                (var handle, problem) = load(path);
                if (handle != 0)
                {
                    return handle;
                }
            }
            catch (Exception exception) when (exception is IOException or UnauthorizedAccessException)
            {
                problem = exception.Message;
            }
            finally
            {
                if (Directory.Exists(folder))
                {
                    Directory.Delete(folder, recursive: true);
                }
            }
        }

        throw new LibTorchLoadException(
            $"The copy of {NativeNames.TorchSharp} for this system could not be loaded from {Path.GetTempPath()} or {AppContext.BaseDirectory}: {problem}. "
            + "Set TMPDIR to a folder from which programs may run.");
    }

    [LibraryImport("libdl.so.2", EntryPoint = "dlopen", StringMarshalling = StringMarshalling.Utf8)]
    private static partial nint Open(string path, int flags);

    [LibraryImport("libdl.so.2", EntryPoint = "dlerror")]
    private static partial nint Error();
}
