using System.Runtime.InteropServices;

namespace DeepLearningCourse.Runtime;

/// <summary>
/// Makes the loader take a loaded library for a file, for as long as this object lives.
/// </summary>
/// <remarks>
/// TorchSharp's first use opens the program's own libtorch_cpu by its path. With another libtorch loaded, that would put two
/// of them into the process, whose operators collide. The loader returns a loaded library whose name (<c>l_name</c> of
/// glibc's public <c>link_map</c>, which a handle of <c>dlopen</c> points to) equals the path, so the name is lent.
/// </remarks>
internal sealed class LentName : IDisposable
{
    // l_name follows l_addr in struct link_map of <link.h>.
    private static readonly int NameOffset = nint.Size;

    private readonly nint library;
    private readonly nint ownName;
    private readonly nint lentName;

    private LentName(nint library, string path)
    {
        this.library = library;
        ownName = Marshal.ReadIntPtr(library, NameOffset);
        lentName = Marshal.StringToCoTaskMemUTF8(path);
        Marshal.WriteIntPtr(library, NameOffset, lentName);
    }

    /// <summary>Lends a path to a library; does nothing where there is no path or it is the library's own.</summary>
    /// <exception cref="LibTorchLoadException">The system has no such names, and the program carries a libtorch of its own.</exception>
    public static LentName? Of(nint library, string? path)
    {
        if (path is null)
        {
            return null;
        }

        return OperatingSystem.IsLinux()
            ? new LentName(library, path)
            : throw new LibTorchLoadException(
                $"The program carries its own libtorch, {path}, and LIBTORCH or LIBTORCH_USE_PYTORCH asks for another. "
                + "Build it without one (-p:TorchBackend=none), or unset the variable.");
    }

    public void Dispose()
    {
        Marshal.WriteIntPtr(library, NameOffset, ownName);
        Marshal.FreeCoTaskMem(lentName);
    }
}
