using System.Runtime.InteropServices;

namespace DeepLearningCourse.Models.Pickle;

/// <summary>The stack of a pickle's machine, with its marks and its memo.</summary>
internal sealed class PickleStack
{
    private const string Unbalanced = "its pickle takes more than it put. It is damaged.";

    private readonly List<object?> values = [];
    private readonly List<int> marks = [];
    private readonly Dictionary<long, object?> memo = [];

    public void Push(object? value) => values.Add(value);

    public object? Pop()
    {
        var top = Peek();
        values.RemoveAt(values.Count - 1);
        return top;
    }

    public object? Peek() => values.Count > Floor ? values[^1] : throw new PickleException(Unbalanced);

    public object?[] Pop(int count)
    {
        if (values.Count - Floor < count)
        {
            throw new PickleException(Unbalanced);
        }

        return TakeFrom(values.Count - count);
    }

    public void Mark() => marks.Add(values.Count);

    /// <summary>Everything above the last mark, and the mark itself.</summary>
    public object?[] PopToMark()
    {
        if (marks.Count == 0)
        {
            throw new PickleException(Unbalanced);
        }

        var start = Floor;
        marks.RemoveAt(marks.Count - 1);
        return TakeFrom(start);
    }

    /// <summary>Takes the top away, be it a value or a mark.</summary>
    public void Drop()
    {
        if (values.Count > Floor)
        {
            values.RemoveAt(values.Count - 1);
        }
        else
        {
            _ = PopToMark();
        }
    }

    public void Remember(long key) => memo[key] = Peek();

    public void RememberNext() => Remember(memo.Count);

    public object? Recall(long key) =>
        memo.TryGetValue(key, out var value) ? value : throw new PickleException("its pickle refers to something that it does not have. It is damaged.");

    private int Floor => marks.Count == 0 ? 0 : marks[^1];

    private object?[] TakeFrom(int start)
    {
        var taken = CollectionsMarshal.AsSpan(values)[start..].ToArray();
        values.RemoveRange(start, values.Count - start);
        return taken;
    }
}
