using System.Runtime.CompilerServices;
using static TorchSharp.torch;

namespace DeepLearningCourse.Data;

/// <summary>Takes samples apart into their tensors and puts batches of the same form together.</summary>
/// <remarks>
/// The forms are those of PyTorch's <see href="https://pytorch.org/docs/stable/data.html#torch.utils.data.default_collate">default_collate</see>
/// that C# has types for: a tensor, and a tuple of up to seven forms.
/// </remarks>
internal static class Collation<TSample>
{
    /// <summary>How many tensors a sample holds; 0 when it is of a form that cannot be stacked.</summary>
    public static int TensorCount { get; } = Count(typeof(TSample));

    public static Tensor?[] Flatten(TSample sample)
    {
        var tensors = new Tensor?[TensorCount];
        var next = 0;
        Flatten(sample, tensors, ref next);
        return tensors;
    }

    public static TSample Rebuild(ReadOnlySpan<Tensor> tensors)
    {
        var next = 0;
        return (TSample)Rebuild(typeof(TSample), tensors, ref next);
    }

    /// <summary>Where a tensor sits in the sample: "", or " at Item2", or " at Item1.Item2".</summary>
    public static string Place(int tensor)
    {
        var next = 0;
        var path = Place(typeof(TSample), tensor, ref next)!;
        return path.Length == 0 ? "" : $" at {path[1..]}";
    }

    private static int Count(Type type)
    {
        if (type == typeof(Tensor))
        {
            return 1;
        }

        if (!IsTuple(type))
        {
            return 0;
        }

        var counts = type.GetGenericArguments().Select(Count).ToArray();
        return counts.Contains(0) ? 0 : counts.Sum();
    }

    // An eighth item hides in a tuple of its own, which ITuple does not show as one: seven is what reads back as written.
    private static bool IsTuple(Type type) =>
        type.IsValueType && type.IsGenericType && typeof(ITuple).IsAssignableFrom(type) && type.GetGenericArguments().Length <= 7;

    private static void Flatten(object? form, Tensor?[] tensors, ref int next)
    {
        if (form is ITuple tuple)
        {
            for (var item = 0; item < tuple.Length; item++)
            {
                Flatten(tuple[item], tensors, ref next);
            }
        }
        else
        {
            tensors[next++] = (Tensor?)form;
        }
    }

    private static object Rebuild(Type type, ReadOnlySpan<Tensor> tensors, ref int next)
    {
        if (type == typeof(Tensor))
        {
            return tensors[next++];
        }

        var types = type.GetGenericArguments();
        var items = new object[types.Length];

        for (var item = 0; item < items.Length; item++)
        {
            items[item] = Rebuild(types[item], tensors, ref next);
        }

        return Activator.CreateInstance(type, items)!;
    }

    private static string? Place(Type type, int tensor, ref int next)
    {
        if (type == typeof(Tensor))
        {
            return next++ == tensor ? "" : null;
        }

        var types = type.GetGenericArguments();

        for (var item = 0; item < types.Length; item++)
        {
            if (Place(types[item], tensor, ref next) is { } path)
            {
                return $".Item{item + 1}{path}";
            }
        }

        return null;
    }
}
