using System.Buffers;
using System.Buffers.Binary;
using System.Text;
using static TorchSharp.torch;

namespace DeepLearningCourse.Models.Pickle;

/// <summary>Writes the pickle of a state dict, in protocol 2 and with those instructions only that weights_only has known since its first version.</summary>
internal sealed class StateDictPickle
{
    private static readonly UTF8Encoding Utf8 = new(false, throwOnInvalidBytes: true);

    private readonly ArrayBufferWriter<byte> output = new();

    private StateDictPickle()
    {
    }

    /// <summary>The pickle of tensors by name.</summary>
    /// <param name="tensors">The tensors.</param>
    /// <param name="storages">The number of each one's record.</param>
    public static byte[] Write(IReadOnlyDictionary<string, Tensor> tensors, IReadOnlyDictionary<string, int> storages)
    {
        StateDictPickle pickle = new();
        pickle.Put(Opcode.Protocol, 2);
        pickle.EmptyOrderedDict();
        pickle.Put(Opcode.Mark);

        foreach (var (key, tensor) in tensors)
        {
            pickle.Text(key);
            pickle.Describe(key, tensor, storages[key]);
        }

        pickle.Put(Opcode.SetItems, Opcode.Stop);
        return pickle.output.WrittenSpan.ToArray();
    }

    private void Describe(string key, Tensor tensor, int storage)
    {
        var type = TorchDtypes.StorageOf(tensor.dtype)
            ?? throw new NotSupportedException($"'{key}' has type {tensor.dtype}, which PyTorch's files cannot hold. Convert it first, for instance with to(ScalarType.Float32).");
        Global("torch._utils", "_rebuild_tensor_v2");
        Put(Opcode.Mark, Opcode.Mark);
        Text("storage");
        Global("torch", type);
        Text(storage.ToString(System.Globalization.CultureInfo.InvariantCulture));
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

    private void Put(params ReadOnlySpan<byte> codes) => output.Write(codes);
}
