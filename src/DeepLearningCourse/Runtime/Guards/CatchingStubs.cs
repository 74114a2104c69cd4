using System.Buffers.Binary;
using System.Runtime.InteropServices;
using System.Runtime.Versioning;

namespace DeepLearningCourse.Runtime.Guards;

/// <summary>
/// Small pieces of machine code, each of which calls a C function, catches the <c>std::exception</c> that comes out of it, and returns 0 then.
/// </summary>
/// <remarks>
/// For x86-64 with the System V calling convention and GCC's unwinder: a frame pointer, the arguments kept for whoever explains the error, a copy of the
/// arguments on the stack, and the tables by which the unwinder finds the handler
/// (<see href="https://itanium-cxx-abi.github.io/cxx-abi/abi-eh.html">C++ ABI, exception handling</see>). A call costs some nanoseconds.
/// </remarks>
[SupportedOSPlatform("linux")]
internal sealed unsafe partial class CatchingStubs
{
    /// <summary>How many arguments a stub keeps: those in registers.</summary>
    public const int KeptArguments = 6;

    // Offsets within a stub's code.
    private const int TargetAt = 38;
    private const int CallAt = 36;
    private const int CallEnds = 49;
    private const int HandlerAt = 51;
    private const int IndexAt = 59;
    private const int CatcherAt = 65;
    private const int CodeLength = 81;
    private const int Stride = 96;

    private const int CommonLength = 40;
    private const int EntryLength = 48;
    private const int ReadWrite = 3;
    private const int ReadExecute = 5;
    private const int PrivateAnonymous = 0x22;

    private readonly nint code;

    private CatchingStubs(nint code) => this.code = code;

    // push rbp; mov rbp, rsp; push r9, r8, rcx, rdx, rsi, rdi; push [rbp+72] ... push [rbp+16]; mov r11, target; call r11; leave; ret;
    // handler: mov rdi, rax; lea rsi, [rbp-48]; mov edx, index; mov rax, catcher; call rax; xor eax, eax; xor edx, edx; leave; ret.
    private static ReadOnlySpan<byte> Template =>
    [
        0x55, 0x48, 0x89, 0xE5, 0x41, 0x51, 0x41, 0x50, 0x51, 0x52, 0x56, 0x57,
        0xFF, 0x75, 72, 0xFF, 0x75, 64, 0xFF, 0x75, 56, 0xFF, 0x75, 48, 0xFF, 0x75, 40, 0xFF, 0x75, 32, 0xFF, 0x75, 24, 0xFF, 0x75, 16,
        0x49, 0xBB, 0, 0, 0, 0, 0, 0, 0, 0, 0x41, 0xFF, 0xD3, 0xC9, 0xC3,
        0x48, 0x89, 0xC7, 0x48, 0x8D, 0x75, 0xD0, 0xBA, 0, 0, 0, 0, 0x48, 0xB8, 0, 0, 0, 0, 0, 0, 0, 0, 0xFF, 0xD0, 0x31, 0xC0, 0x31, 0xD2, 0xC9, 0xC3,
    ];

    // Version 1, "zPLR" with absolute addresses; the frame begins 8 above rsp, and the way back lies below.
    private static ReadOnlySpan<byte> CommonHead => [CommonLength - 4, 0, 0, 0, 0, 0, 0, 0, 1, (byte)'z', (byte)'P', (byte)'L', (byte)'R', 0, 1, 0x78, 16, 11, 0];

    private static ReadOnlySpan<byte> CommonTail => [0, 0, 0x0C, 7, 8, 0x90, 1];

    // After push rbp the frame begins 16 above rsp and rbp is kept there; after mov rbp, rsp it is found by rbp.
    private static ReadOnlySpan<byte> EntryTail => [0x41, 0x0E, 16, 0x86, 2, 0x43, 0x0D, 6];

    // One call, caught at the handler by the first and only type, whose address follows.
    private static ReadOnlySpan<byte> CatchTable => [0xFF, 0, 16, 1, 4, CallAt, CallEnds - CallAt, HandlerAt, 1, 1, 0];

    /// <summary>The stub of a target.</summary>
    public nint this[int index] => code + (index * Stride);

    /// <summary>Makes a stub for each function; null where the system lets no code be made.</summary>
    /// <param name="targets">The functions, of at most 14 arguments that are no floating-point numbers.</param>
    /// <param name="catcher">Called with the exception, the address of the first six arguments, and the function's index.</param>
    /// <param name="runtime">The C++ runtime.</param>
    public static CatchingStubs? TryMake(ReadOnlySpan<nint> targets, delegate* unmanaged<nint, nint*, int, void> catcher, CppRuntime runtime)
    {
        var size = (nuint)(targets.Length * Stride);
        var code = Map(0, size, ReadWrite, PrivateAnonymous, -1, 0);

        if (code == -1)
        {
            return null;
        }

        for (var i = 0; i < targets.Length; i++)
        {
            var stub = new Span<byte>((void*)(code + (i * Stride)), Stride);
            Template.CopyTo(stub);
            BinaryPrimitives.WriteInt64LittleEndian(stub[TargetAt..], targets[i]);
            BinaryPrimitives.WriteInt32LittleEndian(stub[IndexAt..], i);
            BinaryPrimitives.WriteInt64LittleEndian(stub[CatcherAt..], (nint)catcher);
        }

        if (Protect(code, size, ReadExecute) != 0)
        {
            _ = Unmap(code, size);
            return null;
        }

        runtime.RegisterFrames(Frames(code, targets.Length, runtime));
        return new CatchingStubs(code);
    }

    /// <summary>The unwinder's tables; they stay as long as the process.</summary>
    private static nint Frames(nint code, int count, CppRuntime runtime)
    {
        var table = (byte*)NativeMemory.AllocZeroed((nuint)(CatchTable.Length + sizeof(long)));
        CatchTable.CopyTo(new Span<byte>(table, CatchTable.Length));
        *(long*)(table + CatchTable.Length) = runtime.ExceptionType;

        var frames = (byte*)NativeMemory.AllocZeroed((nuint)(CommonLength + (count * EntryLength) + sizeof(int)));
        CommonHead.CopyTo(new Span<byte>(frames, CommonLength));
        *(long*)(frames + CommonHead.Length) = runtime.Personality;
        CommonTail.CopyTo(new Span<byte>(frames + CommonHead.Length + sizeof(long), CommonTail.Length));

        for (var i = 0; i < count; i++)
        {
            var entry = frames + CommonLength + (i * EntryLength);
            *(int*)entry = EntryLength - sizeof(int);
            *(int*)(entry + 4) = (int)(entry + 4 - frames);
            *(long*)(entry + 8) = code + (i * Stride);
            *(long*)(entry + 16) = CodeLength;
            entry[24] = sizeof(long);
            *(long*)(entry + 25) = (nint)table;
            EntryTail.CopyTo(new Span<byte>(entry + 33, EntryTail.Length));
        }

        return (nint)frames;
    }

    [LibraryImport("libc", EntryPoint = "mmap")]
    private static partial nint Map(nint address, nuint length, int protection, int flags, int file, nint offset);

    [LibraryImport("libc", EntryPoint = "munmap")]
    private static partial int Unmap(nint address, nuint length);

    [LibraryImport("libc", EntryPoint = "mprotect")]
    private static partial int Protect(nint address, nuint length, int protection);
}
