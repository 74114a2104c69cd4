using System.Collections;
using System.Runtime.CompilerServices;
using DeepLearningCourse.Models.Pickle;

namespace DeepLearningCourse.Optimization.StateFiles;

/// <summary>The values in <c>param_groups</c>: as they are in C#, and as a pickle has them.</summary>
/// <remarks>
/// An integer is an <see cref="int"/> if it fits and else a <see cref="long"/>; a tuple of two floats is a <c>(double, double)</c>, any other a
/// <see cref="ValueTuple"/> of objects; a list is a <see cref="List{T}"/> of int, double or object.
/// </remarks>
/// <param name="budget">How many items groups, tuples and lists may have in all: a hostile file names one of them as often as it likes.</param>
internal sealed class PlainValues(int budget = 1 << 20)
{
    // A tuple within a list within a tuple is more than any optimizer has.
    private const int MaxDepth = 4;
    private const int LongestTuple = 7;

    private int left = budget;

    /// <summary>A value for the file.</summary>
    /// <exception cref="ArgumentException">Python would have no such value.</exception>
    public static object? ToPickle(string name, object? value) => ToPickle(name, value, MaxDepth);

    /// <summary>A value from a file.</summary>
    /// <exception cref="PickleException">It is none that an option has.</exception>
    public object? FromPickle(string name, object? value) => FromPickle(name, value, MaxDepth);

    /// <summary>Counts more items.</summary>
    /// <exception cref="PickleException">There are more than an optimizer has.</exception>
    public void Count(int items)
    {
        left -= items;

        if (left < 0)
        {
            throw new PickleException("its groups list more than an optimizer has. It is damaged.");
        }
    }

    private static object? ToPickle(string name, object? value, int depth) => value switch
    {
        null or bool or long or double or string => value,
        int or short or sbyte or byte or ushort or uint => Convert.ToInt64(value, null),
        float number => (double)number,
        ITuple tuple when depth > 0 => Enumerable.Range(0, tuple.Length).Select(i => ToPickle(name, tuple[i], depth - 1)).ToArray(),
        IList list when depth > 0 => ListOf(list.Cast<object?>().Select(item => ToPickle(name, item, depth - 1))),
        _ => throw new ArgumentException(
            $"'{name}' of a group is a {value.GetType().Name}, and the files of an optimizer hold numbers, bools, text, null, tuples and lists."),
    };

    private object? FromPickle(string name, object? value, int depth)
    {
        switch (value)
        {
            case null or bool or double or string:
                return value;
            case long number:
                return number is >= int.MinValue and <= int.MaxValue ? (object)(int)number : number;
            case object?[] { Length: <= LongestTuple } tuple when depth > 0:
                return TupleOf([.. Items(name, tuple, depth)]);
            case PickleList list when depth > 0:
                return ListOf([.. Items(name, list.Items, depth)]);
            default:
                throw new PickleException(
                    $"the '{PickleRefusals.Short(name)}' of a group is neither a number, a bool, text, None, nor a short tuple or a list of them. Save the optimizer without it.");
        }
    }

    private IEnumerable<object?> Items(string name, IReadOnlyCollection<object?> items, int depth)
    {
        Count(items.Count);
        return items.Select(item => FromPickle(name, item, depth - 1));
    }

    private static PickleList ListOf(IEnumerable<object?> items)
    {
        PickleList list = new();
        list.AddRange([.. items]);
        return list;
    }

    private static IList ListOf(object?[] items) =>
        items.All(item => item is int) ? items.Cast<int>().ToList()
        : items.All(item => item is double) ? items.Cast<double>().ToList()
        : items.ToList();

    private static ITuple TupleOf(object?[] items) => items switch
    {
        [] => ValueTuple.Create(),
        [double a, double b] => (a, b),
        [var a] => ValueTuple.Create(a),
        [var a, var b] => (a, b),
        [var a, var b, var c] => (a, b, c),
        [var a, var b, var c, var d] => (a, b, c, d),
        [var a, var b, var c, var d, var e] => (a, b, c, d, e),
        [var a, var b, var c, var d, var e, var f] => (a, b, c, d, e, f),
        _ => (items[0], items[1], items[2], items[3], items[4], items[5], items[6]),
    };
}
