using System.Runtime.InteropServices;
using System.Runtime.Versioning;
using System.Text;

namespace DeepLearningCourse.Runtime.Guards;

/// <summary>The text of a thread's last error, as TorchSharp's library keeps it: its C# part throws it as an <see cref="ExternalException"/>.</summary>
[SupportedOSPlatform("linux")]
internal sealed unsafe class LastError
{
    // lea rdi, [rip + place]; call __tls_get_addr: how compilers find a variable of the thread's (ELF's general dynamic model).
    private static ReadOnlySpan<byte> FindVariable => [0x66, 0x48, 0x8D, 0x3D];
    private static ReadOnlySpan<byte> ThenCall => [0x66, 0x66, 0x48, 0xE8];

    private const int Searched = 96;

    private readonly delegate* unmanaged<nint, nint> addressOf;
    private readonly nint variable;

    [ThreadStatic]
    private static ErrorText? current;

    private LastError(nint addressOf, nint variable)
    {
        this.addressOf = (delegate* unmanaged<nint, nint>)addressOf;
        this.variable = variable;
    }

    /// <summary>Finds the variable through the function that reads it, and tries it; null if that is not the function that is known.</summary>
    /// <param name="torchSharp">TorchSharp's library.</param>
    public static LastError? TryFind(nint torchSharp)
    {
        if (!NativeLibrary.TryGetExport(torchSharp, "THSTorch_get_and_reset_last_err", out var reader))
        {
            return null;
        }

        var code = new ReadOnlySpan<byte>((void*)reader, Searched);
        var at = code[..^16].IndexOf(FindVariable);

        if (at < 0 || !code[(at + 8)..].StartsWith(ThenCall))
        {
            return null;
        }

        // Both instructions are 8 bytes long and end with a distance from their end.
        var variable = reader + at + 8;
        var addressOf = variable + 8;
        LastError error = new(addressOf + ((int*)addressOf)[-1], variable + ((int*)variable)[-1]);
        return error.Works((delegate* unmanaged<nint>)reader) ? error : null;
    }

    /// <summary>Leaves an error for the C# that called.</summary>
    public void Set(string text)
    {
        current ??= new ErrorText();
        *(nint*)addressOf(variable) = current.Write(text);
    }

    private bool Works(delegate* unmanaged<nint> reader)
    {
        var place = (nint*)addressOf(variable);
        var before = *place;
        var mark = (nint)place;
        *place = mark;
        var works = reader() == mark && *place == 0;
        *place = before;
        return works;
    }

    /// <summary>TorchSharp frees no error's text, so each thread keeps one and writes over it.</summary>
    private sealed class ErrorText
    {
        private nint text;

        ~ErrorText() => NativeMemory.Free((void*)text);

        public nint Write(string value)
        {
            var bytes = Encoding.UTF8.GetBytes(value + "\0");
            text = (nint)NativeMemory.Realloc((void*)text, (nuint)bytes.Length);
            bytes.CopyTo(new Span<byte>((void*)text, bytes.Length));
            return text;
        }
    }
}
