using System.Runtime.InteropServices;
using System.Runtime.Versioning;

namespace DeepLearningCourse.Runtime.Guards;

/// <summary>What may be done with pages of memory, as <c>mmap</c> and <c>mprotect</c> number it.</summary>
[SupportedOSPlatform("linux")]
internal static partial class PageProtection
{
    public const int Read = 1;
    public const int ReadWrite = 3;
    public const int ReadExecute = 5;

    /// <summary>Changes it for the pages from an address on; 0 where the system lets it be changed.</summary>
    [LibraryImport("libc", EntryPoint = "mprotect")]
    public static partial int Change(nint address, nuint length, int protection);
}
