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

    // A stub's code begins with the frame, and copies the arguments on the stack then, 3 bytes each. Offsets in what follows.
    private const int BeginLength = 12;
    private const int CopyLength = 3;
    private const int TargetAt = 2;
    private const int CallLength = 13;
    private const int HandlerAt = 15;
    private const int IndexAt = 23;
    private const int CatcherAt = 29;
    private const int Stride = 96;

    private const int CommonLength = 40;
    private const int EntryLength = 48;
    private const int PrivateAnonymous = 0x22;

    private readonly nint code;

    private CatchingStubs(nint code) => this.code = code;

    // push rbp; mov rbp, rsp; push r9, r8, rcx, rdx, rsi, rdi.
    private static ReadOnlySpan<byte> Begin => [0x55, 0x48, 0x89, 0xE5, 0x41, 0x51, 0x41, 0x50, 0x51, 0x52, 0x56, 0x57];

    // mov r11, target; call r11; leave; ret;
    // handler: mov rdi, rax; lea rsi, [rbp-48]; mov edx, index; mov rax, catcher; call rax; xor eax, eax; xor edx, edx; leave; ret.
    private static ReadOnlySpan<byte> End =>
    [
        0x49, 0xBB, 0, 0, 0, 0, 0, 0, 0, 0, 0x41, 0xFF, 0xD3, 0xC9, 0xC3,
        0x48, 0x89, 0xC7, 0x48, 0x8D, 0x75, 0xD0, 0xBA, 0, 0, 0, 0, 0x48, 0xB8, 0, 0, 0, 0, 0, 0, 0, 0, 0xFF, 0xD0, 0x31, 0xC0, 0x31, 0xD2, 0xC9, 0xC3,
    ];

    // Version 1, "zPLR" with absolute addresses; the frame begins 8 above rsp, and the way back lies below.
    private static ReadOnlySpan<byte> CommonHead => [CommonLength - 4, 0, 0, 0, 0, 0, 0, 0, 1, (byte)'z', (byte)'P', (byte)'L', (byte)'R', 0, 1, 0x78, 16, 11, 0];

    private static ReadOnlySpan<byte> CommonTail => [0, 0, 0x0C, 7, 8, 0x90, 1];

    // After push rbp the frame begins 16 above rsp and rbp is kept there; after mov rbp, rsp it is found by rbp.
    private static ReadOnlySpan<byte> EntryTail => [0x41, 0x0E, 16, 0x86, 2, 0x43, 0x0D, 6];

    /// <summary>The stub of a target.</summary>
    public nint this[int index] => code + (index * Stride);

    /// <summary>Makes a stub for each function; null where the system lets no code be made.</summary>
    /// <param name="targets">The functions, and how many of their arguments are on the stack: an even number, so that the stack stays aligned.</param>
    /// <param name="catcher">Called with the exception, the address of the first six arguments, and the function's index.</param>
    /// <param name="runtime">The C++ runtime.</param>
    public static CatchingStubs? TryMake(ReadOnlySpan<(nint Function, int OnStack)> targets, delegate* unmanaged<nint, nint*, int, void> catcher, CppRuntime runtime)
    {
        var size = (nuint)(targets.Length * Stride);
        var code = Map(0, size, PageProtection.ReadWrite, PrivateAnonymous, -1, 0);

        if (code == -1)
        {
            return null;
        }

        for (var i = 0; i < targets.Length; i++)
        {
            Write(new Span<byte>((void*)(code + (i * Stride)), Stride), targets[i].Function, targets[i].OnStack, (nint)catcher, i);
        }

        if (PageProtection.Change(code, size, PageProtection.ReadExecute) != 0)
        {
            _ = Unmap(code, size);
            return null;
        }

        runtime.RegisterFrames(Frames(code, targets, runtime));
        return new CatchingStubs(code);
    }

    private static void Write(Span<byte> stub, nint target, int onStack, nint catcher, int index)
    {
        Begin.CopyTo(stub);
        stub = stub[BeginLength..];

        for (var word = onStack; word > 0; word--)
        {
            // push [rbp + 8 + 8 * word]: the last one first.
            (stub[0], stub[1], stub[2]) = (0xFF, 0x75, (byte)(8 + (8 * word)));
            stub = stub[CopyLength..];
        }

        End.CopyTo(stub);
        BinaryPrimitives.WriteInt64LittleEndian(stub[TargetAt..], target);
        BinaryPrimitives.WriteInt32LittleEndian(stub[IndexAt..], index);
        BinaryPrimitives.WriteInt64LittleEndian(stub[CatcherAt..], catcher);
    }

    /// <summary>The table of a frame's handlers: one call, caught at the handler by the first and only type, whose address stands last.</summary>
    private static nint CatchTable(int callAt, CppRuntime runtime)
    {
        ReadOnlySpan<byte> entries = [0xFF, 0, 16, 1, 4, (byte)callAt, CallLength, (byte)(callAt + HandlerAt), 1, 1, 0];
        var table = (byte*)NativeMemory.Alloc((nuint)(entries.Length + sizeof(long)));
        entries.CopyTo(new Span<byte>(table, entries.Length));
        *(long*)(table + entries.Length) = runtime.ExceptionType;
        return (nint)table;
    }

    /// <summary>The unwinder's tables; they stay as long as the process.</summary>
    private static nint Frames(nint code, ReadOnlySpan<(nint Function, int OnStack)> targets, CppRuntime runtime)
    {
        var frames = (byte*)NativeMemory.AllocZeroed((nuint)(CommonLength + (targets.Length * EntryLength) + sizeof(int)));
        CommonHead.CopyTo(new Span<byte>(frames, CommonLength));
        *(long*)(frames + CommonHead.Length) = runtime.Personality;
        CommonTail.CopyTo(new Span<byte>(frames + CommonHead.Length + sizeof(long), CommonTail.Length));

        for (var i = 0; i < targets.Length; i++)
        {
            var callAt = BeginLength + (CopyLength * targets[i].OnStack);
            var entry = frames + CommonLength + (i * EntryLength);
            *(int*)entry = EntryLength - sizeof(int);
            *(int*)(entry + 4) = (int)(entry + 4 - frames);
            *(long*)(entry + 8) = code + (i * Stride);
            *(long*)(entry + 16) = callAt + End.Length;
            entry[24] = sizeof(long);
            *(long*)(entry + 25) = CatchTable(callAt, runtime);
            EntryTail.CopyTo(new Span<byte>(entry + 33, EntryTail.Length));
        }

        return (nint)frames;
    }

    [LibraryImport("libc", EntryPoint = "mmap")]
    private static partial nint Map(nint address, nuint length, int protection, int flags, int file, nint offset);

    [LibraryImport("libc", EntryPoint = "munmap")]
    private static partial int Unmap(nint address, nuint length);
}
