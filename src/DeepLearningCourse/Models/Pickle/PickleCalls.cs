using static TorchSharp.torch;

namespace DeepLearningCourse.Models.Pickle;

/// <summary>The closed list of what a pickle may name, and the plain value that stands for each call of it.</summary>
internal sealed class PickleCalls(int pickleLength)
{
    // More than libtorch's own limit of dimensions.
    private const int MaxDimensions = 64;

    private static readonly PickleGlobal Tensor2 = new("torch._utils", "_rebuild_tensor_v2");
    private static readonly PickleGlobal Tensor3 = new("torch._utils", "_rebuild_tensor_v3");
    private static readonly PickleGlobal Parameter = new("torch._utils", "_rebuild_parameter");
    private static readonly PickleGlobal ParameterWithState = new("torch._utils", "_rebuild_parameter_with_state");
    private static readonly PickleGlobal OrderedDict = new("collections", "OrderedDict");
    private static readonly PickleGlobal Size = new("torch", "Size");
    private static readonly PickleGlobal Device = new("torch", "device");
    private static readonly PickleGlobal Encode = new("_codecs", "encode");

    private static readonly HashSet<PickleGlobal> Sets =
    [
        new("builtins", "set"), new("builtins", "frozenset"), new("__builtin__", "set"), new("__builtin__", "frozenset"),
    ];

    private static readonly HashSet<PickleGlobal> Callable =
        [Tensor2, Tensor3, Parameter, ParameterWithState, OrderedDict, Size, Device, Encode, .. Sets];

    // What calls copy: a list named once could else be copied with every few bytes.
    private long toCopy = pickleLength;

    public static bool Knows(PickleGlobal global) => Callable.Contains(global) || StorageDtype(global) is not null || Dtype(global) is not null;

    public object? Call(object? called, object? arguments)
    {
        if (called is not PickleGlobal global || arguments is not object?[] values)
        {
            throw Damaged("something that cannot be called");
        }

        return (values.Length, global) switch
        {
            (>= 6, _) when global == Tensor2 || global == Tensor3 => Tensor(global, values),
            (>= 3, _) when (global == Parameter || global == ParameterWithState) && values[0] is TensorReference => values[0],
            (0 or 1, _) when global == OrderedDict => Dict(values),
            (1, _) when global == Size && values[0] is object?[] => values[0],
            (>= 1, _) when global == Device && values[0] is string => values[0],
            (1, _) when Sets.Contains(global) => Set(values[0]),
            (2, _) when global == Encode && values[0] is string text && values[1] is "latin1" => Bytes(text),
            _ => throw Damaged($"'{global}' with arguments that it does not have"),
        };
    }

    /// <summary>The storage that a persistent id stands for: ('storage', class, key, location, how many numbers).</summary>
    public static StorageReference Storage(object? id)
    {
        if (id is object?[] { Length: >= 5 } parts && parts[0] is "storage" && parts[1] is PickleGlobal type
            && StorageDtype(type) is { } dtype && parts[2] is string key && parts[4] is long count and >= 0)
        {
            return new StorageReference(key, dtype, count);
        }

        throw new PickleException("its pickle refers to numbers in a way that PyTorch does not. It is damaged.");
    }

    private static TensorReference Tensor(PickleGlobal global, object?[] values)
    {
        if (values[0] is not StorageReference storage || values[1] is not long offset || Numbers(values[2]) is not { } shape || Numbers(values[3]) is not { } strides)
        {
            throw Damaged("a tensor that is not described by whole numbers");
        }

        // The 7th argument of the older form, the 8th of the newer: views that are computed when they are read.
        var metadata = global == Tensor2 ? 6 : 7;
        if (values.Length > metadata && values[metadata] is PickleDict { Entries.Count: > 0 })
        {
            throw new PickleException("it holds a tensor that is conjugated or negated only when it is read. "
                + "Save it with tensor.resolve_conj().resolve_neg().");
        }

        return new TensorReference(storage, global == Tensor2 ? storage.Dtype : NamedDtype(values), offset, shape, strides);
    }

    private static ScalarType NamedDtype(object?[] values) =>
        values.Length > 6 && values[6] is PickleGlobal name && Dtype(name) is { } dtype ? dtype : throw Damaged("a tensor without a type");

    private static long[]? Numbers(object? tuple) =>
        tuple is object?[] { Length: <= MaxDimensions } values && values.All(value => value is long) ? [.. values.Cast<long>()] : null;

    private PickleDict Dict(object?[] values)
    {
        PickleDict dict = new();

        // Python 2 gave a list of pairs.
        foreach (var pair in values.Length == 0 ? [] : Copied(values[0]))
        {
            var (key, value) = pair switch
            {
                object?[] { Length: 2 } tuple => (tuple[0], tuple[1]),
                PickleList { Items.Count: 2 } list => (list.Items[0], list.Items[1]),
                _ => throw Damaged("a dict of something else than pairs"),
            };
            dict.Add(key, value);
        }

        return dict;
    }

    private PickleList Set(object? items)
    {
        PickleList set = new();
        set.AddRange(Copied(items));
        return set;
    }

    private object?[] Copied(object? items)
    {
        if (items is not PickleList list)
        {
            throw Damaged("a container of something else than a list");
        }

        Charge(list.Items.Count);
        return [.. list.Items];
    }

    private byte[] Bytes(string text)
    {
        Charge(text.Length);
        return System.Text.Encoding.Latin1.GetBytes(text);
    }

    private void Charge(int count)
    {
        toCopy -= count;

        if (toCopy < 0)
        {
            throw new PickleException("its pickle copies more than it holds. It is damaged.");
        }
    }

    private static ScalarType? StorageDtype(PickleGlobal global) =>
        global.Module is "torch" or "torch.storage" ? TorchDtypes.OfStorage(global.Name) : null;

    private static ScalarType? Dtype(PickleGlobal global) => global.Module == "torch" ? TorchDtypes.OfName(global.Name) : null;

    private static PickleException Damaged(string what) => new($"its pickle makes {what}. It is damaged, or newer than this library.");
}
