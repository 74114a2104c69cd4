using System.Runtime.CompilerServices;
using System.Runtime.InteropServices;

namespace DeepLearningCourse.Parquet.Format;

/// <summary>The arrays that Parquet.Net decodes a column into, and the proof that it filled them.</summary>
/// <remarks>Parquet.Net does not say when a page of a column with nulls had fewer values than its header claimed; the rest would keep what was there.</remarks>
internal sealed class DecodedValues<T>(T[] values, int[]? levels)
    where T : struct
{
    public T[] Values => values;

    public int[]? Levels => levels;

    /// <summary>Decodes, and returns the values that are not null.</summary>
    /// <param name="decode">Fills the arrays.</param>
    /// <param name="declaredNulls">How many nulls the pages say there are; null if they do not.</param>
    public T[] Fill(Action decode, long? declaredNulls)
    {
        var isFilled = Try(decode, 0xA5, out var count) || Try(decode, 0x5A, out count);

        if (!isFilled || (declaredNulls is { } nulls && nulls != values.Length - count))
        {
            throw new DamagedException($"it has fewer or more values than the {count} it claims");
        }

        return count == values.Length ? values : values[..count];
    }

    // A value that happens to look like the mark makes the second mark decide.
    private bool Try(Action decode, byte mark, out int count)
    {
        if (!RuntimeHelpers.IsReferenceOrContainsReferences<T>())
        {
            MarkAll(mark);
        }

        decode();
        count = levels?.Count(level => level == 1) ?? values.Length;
        return count == 0 || !IsMarked(count - 1, mark);
    }

    private bool IsMarked(int index, byte mark)
    {
        if (RuntimeHelpers.IsReferenceOrContainsReferences<T>())
        {
            return EqualityComparer<T>.Default.Equals(values[index], default);
        }

        ref var first = ref Unsafe.As<T, byte>(ref values[index]);
        return MemoryMarshal.CreateReadOnlySpan(ref first, Unsafe.SizeOf<T>()).IndexOfAnyExcept(mark) < 0;
    }

    private void MarkAll(byte mark)
    {
        if (values.Length > 0)
        {
            Unsafe.InitBlockUnaligned(ref Unsafe.As<T, byte>(ref values[0]), mark, checked((uint)((long)values.Length * Unsafe.SizeOf<T>())));
        }
    }
}
