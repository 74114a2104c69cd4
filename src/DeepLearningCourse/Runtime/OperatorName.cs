using System.Runtime.CompilerServices;
using System.Runtime.InteropServices;
using System.Text;

namespace DeepLearningCourse.Runtime;

/// <summary>An operator of libtorch's, as its dispatcher knows it.</summary>
/// <remarks>Made from <c>"..."u8</c> literals only, which stay where they are and end with a zero.</remarks>
internal readonly unsafe struct OperatorName
{
    public OperatorName(ReadOnlySpan<byte> name, ReadOnlySpan<byte> overload)
    {
        Name = (byte*)Unsafe.AsPointer(ref MemoryMarshal.GetReference(name));
        Overload = (byte*)Unsafe.AsPointer(ref MemoryMarshal.GetReference(overload));
        Text = Encoding.UTF8.GetString(name) + (overload.Length > 0 ? "." + Encoding.UTF8.GetString(overload) : "");
    }

    /// <summary>With the namespace, for instance <c>aten::mm</c>.</summary>
    public byte* Name { get; }

    /// <summary>For instance <c>List</c>; empty for most.</summary>
    public byte* Overload { get; }

    /// <summary>Both, for a person.</summary>
    public string Text { get; }
}
