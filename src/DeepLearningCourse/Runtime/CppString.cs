namespace DeepLearningCourse.Runtime;

/// <summary>A short text in the form of C++'s <c>std::string</c>, to be read by a function of libtorch's.</summary>
/// <remarks>Texts of up to 15 characters lie inside the object itself, so nothing is allocated and nothing is freed. The forms are those of the standard
/// libraries that libtorch is built with.</remarks>
internal static unsafe class CppString
{
    /// <summary>What the largest of the forms takes.</summary>
    public const int Size = 32;

    private const int Longest = 15;

    /// <summary>Writes the text's object.</summary>
    /// <param name="place"><see cref="Size"/> bytes that stay where they are, aligned to 8.</param>
    /// <param name="text">At most 15 characters, and not of variable length: a literal.</param>
    public static void Write(byte* place, ReadOnlySpan<byte> text)
    {
        ArgumentOutOfRangeException.ThrowIfGreaterThan(text.Length, Longest);
        new Span<byte>(place, Size).Clear();

        if (OperatingSystem.IsWindows())
        {
            // Microsoft's: the characters, the length, the capacity.
            text.CopyTo(new Span<byte>(place, Longest));
            ((ulong*)place)[2] = (ulong)text.Length;
            ((ulong*)place)[3] = Longest;
        }
        else if (OperatingSystem.IsMacOS())
        {
            // Apple's libc++: 23 characters, then the length in the last byte.
            text.CopyTo(new Span<byte>(place, Longest));
            place[23] = (byte)text.Length;
        }
        else
        {
            // libstdc++: a pointer to the characters, the length, the characters.
            ((ulong*)place)[0] = (ulong)(place + 16);
            ((ulong*)place)[1] = (ulong)text.Length;
            text.CopyTo(new Span<byte>(place + 16, Longest));
        }
    }
}
