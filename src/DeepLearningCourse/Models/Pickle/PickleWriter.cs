using System.Buffers;
using System.Buffers.Binary;
using System.Text;
using static TorchSharp.torch;

namespace DeepLearningCourse.Models.Pickle;

/// <summary>Writes pickles of tensors and plain values, in protocol 2 and with those instructions only that weights_only knows: tensors alone since its first
/// version, floats since PyTorch 2.0.</summary>
internal sealed class PickleWriter
{
    private static readonly UTF8Encoding Utf8 = new(false, throwOnInvalidBytes: true);

    private readonly ArrayBufferWriter<byte> output = new();
    private readonly Func<Tensor, int> storageOf;

    private PickleWriter(Func<Tensor, int> storageOf) => this.storageOf = storageOf;

    /// <summary>The pickle of tensors by name, as an OrderedDict.</summary>
    /// <param name="tensors">The tensors.</param>
    /// <param name="storageOf">The number of a tensor's record; it is asked once for each, in their order.</param>
    public static byte[] Write(IReadOnlyDictionary<string, Tensor> tensors, Func<Tensor, int> storageOf)
    {
        PickleWriter pickle = new(storageOf);
        pickle.Put(Opcode.Protocol, 2);
        pickle.EmptyOrderedDict();
        pickle.Put(Opcode.Mark);

        foreach (var (key, tensor) in tensors)
        {
            pickle.Text(key);
            pickle.Describe(key, tensor);
        }

        pickle.Put(Opcode.SetItems, Opcode.Stop);
        return pickle.output.WrittenSpan.ToArray();
    }

    /// <summary>The pickle of a dict of what <see cref="PickleReader"/> gives, with tensors where that has their descriptions.</summary>
    /// <param name="dict">The dict; it is a tree.</param>
    /// <param name="storageOf">The number of a tensor's record; it is asked once for each, in their order.</param>
    public static byte[] Write(PickleDict dict, Func<Tensor, int> storageOf)
    {
        PickleWriter pickle = new(storageOf);
        pickle.Put(Opcode.Protocol, 2);
        pickle.Value("", dict);
        pickle.Put(Opcode.Stop);
        return pickle.output.WrittenSpan.ToArray();
    }

    private void Value(string path, object? value)
    {
        switch (value)
        {
            case null:
                Put(Opcode.None);
                break;
            case bool flag:
                Put(flag ? Opcode.True : Opcode.False);
                break;
            case long number:
                Integer(number);
                break;
            case double number:
                Double(number);
                break;
            case string text:
                Text(text);
                break;
            case Tensor tensor:
                Describe(path, tensor);
                break;
            case PickleDict dict:
                Dict(path, dict);
                break;
            case PickleList list:
                Put(Opcode.EmptyList, Opcode.Mark);
                Items(path, list.Items);
                Put(Opcode.Appends);
                break;
            case object?[] tuple:
                Put(Opcode.Mark);
                Items(path, tuple);
                Put(Opcode.Tuple);
                break;
            default:
                throw new NotSupportedException($"'{path}' is a {value.GetType().Name}, which is not written to PyTorch's files.");
        }
    }

    private void Dict(string path, PickleDict dict)
    {
        Put(Opcode.EmptyDict, Opcode.Mark);

        foreach (var (key, value) in dict.Entries)
        {
            Value(path, key);
            Value(path.Length == 0 ? $"{key}" : $"{path}.{key}", value);
        }

        Put(Opcode.SetItems);
    }

    private void Items(string path, IReadOnlyList<object?> items)
    {
        foreach (var item in items)
        {
            Value(path, item);
        }
    }

    private void Describe(string key, Tensor tensor)
    {
        var type = TorchDtypes.StorageOf(tensor.dtype)
            ?? throw new NotSupportedException($"'{key}' has type {tensor.dtype}, which PyTorch's files cannot hold. Convert it first, for instance with to(ScalarType.Float32).");
        Global("torch._utils", "_rebuild_tensor_v2");
        Put(Opcode.Mark, Opcode.Mark);
        Text("storage");
        Global("torch", type);
        Text(storageOf(tensor).ToString(System.Globalization.CultureInfo.InvariantCulture));
        Text("cpu");
        Integer(tensor.numel());
        Put(Opcode.Tuple, Opcode.PersistentId);
        Integer(0);
        Integers(tensor.shape);
        Integers(ContiguousStrides(tensor.shape));
        Put(Opcode.False);
        EmptyOrderedDict();
        Put(Opcode.Tuple, Opcode.Reduce);
    }

    /// <summary>The strides as PyTorch counts them, which has no dimension shorter than 1 in the product.</summary>
    private static long[] ContiguousStrides(long[] shape)
    {
        var strides = new long[shape.Length];
        var stride = 1L;

        for (var i = shape.Length - 1; i >= 0; i--)
        {
            strides[i] = stride;
            stride *= Math.Max(shape[i], 1);
        }

        return strides;
    }

    private void EmptyOrderedDict()
    {
        Global("collections", "OrderedDict");
        Put(Opcode.EmptyTuple, Opcode.Reduce);
    }

    private void Global(string module, string name)
    {
        Put(Opcode.Global);
        output.Write(Utf8.GetBytes($"{module}\n{name}\n"));
    }

    private void Text(string text)
    {
        var bytes = Utf8.GetBytes(text);
        Put(Opcode.Text4);
        Span<byte> length = stackalloc byte[sizeof(int)];
        BinaryPrimitives.WriteInt32LittleEndian(length, bytes.Length);
        output.Write(length);
        output.Write(bytes);
    }

    private void Integers(long[] values)
    {
        Put(Opcode.Mark);

        foreach (var value in values)
        {
            Integer(value);
        }

        Put(Opcode.Tuple);
    }

    private void Integer(long value)
    {
        Span<byte> bytes = stackalloc byte[sizeof(long)];
        BinaryPrimitives.WriteInt64LittleEndian(bytes, value);
        var fits = value is >= int.MinValue and <= int.MaxValue;

        if (fits)
        {
            Put(Opcode.Int4);
        }
        else
        {
            Put(Opcode.Long1, sizeof(long));
        }

        output.Write(fits ? bytes[..sizeof(int)] : bytes);
    }

    private void Double(double value)
    {
        Put(Opcode.Double);
        Span<byte> bytes = stackalloc byte[sizeof(double)];
        BinaryPrimitives.WriteDoubleBigEndian(bytes, value);
        output.Write(bytes);
    }

    private void Put(params ReadOnlySpan<byte> codes) => output.Write(codes);
}
