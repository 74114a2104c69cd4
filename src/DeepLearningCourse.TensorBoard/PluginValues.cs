using System.Globalization;
using Google.Protobuf;
using Google.Protobuf.WellKnownTypes;
using Tensorboard;

namespace DeepLearningCourse.TensorBoard;

/// <summary>What TensorBoard's plugins for texts and hyper-parameters read.</summary>
/// <remarks>The messages of hyper-parameters are written field by field, by the numbers of
/// <see href="https://github.com/tensorflow/tensorboard/tree/master/tensorboard/plugins/hparams">plugin_data.proto and api.proto</see>.</remarks>
internal static class PluginValues
{
    private const int Succeeded = 1;
    private const int Failed = 2;

    public static Summary.Types.Value Text(string text)
    {
        TensorProto tensor = new() { Dtype = DataType.DtString, TensorShape = Vector(1) };
        tensor.StringVal.Add(ByteString.CopyFromUtf8(text));
        return new Summary.Types.Value { Metadata = Metadata("text", ByteString.Empty), Tensor = tensor };
    }

    /// <summary>Names and types of hyper-parameters, and the metrics.</summary>
    public static Summary.Types.Value Experiment(IReadOnlyDictionary<string, object> values, IReadOnlyList<string> metrics) => HyperParameters(2, message =>
    {
        foreach (var (name, value) in values)
        {
            WriteMessage(message, 4, info =>
            {
                WriteString(info, 1, name);
                WriteNumber(info, 4, Plain(name, value).KindCase switch { Value.KindOneofCase.StringValue => 1, Value.KindOneofCase.BoolValue => 2, _ => 3 });
            });
        }

        foreach (var tag in metrics)
        {
            WriteMessage(message, 5, info => WriteMessage(info, 1, metric => WriteString(metric, 2, tag)));
        }
    });

    public static Summary.Types.Value SessionStart(IReadOnlyDictionary<string, object> values, double time) => HyperParameters(3, message =>
    {
        foreach (var (name, value) in values)
        {
            WriteMessage(message, 1, entry =>
            {
                WriteString(entry, 1, name);
                entry.WriteTag(2, WireFormat.WireType.LengthDelimited);
                entry.WriteMessage(Plain(name, value));
            });
        }

        WriteTime(message, 5, time);
    });

    public static Summary.Types.Value SessionEnd(bool succeeded, double time) => HyperParameters(4, message =>
    {
        WriteNumber(message, 1, succeeded ? Succeeded : Failed);
        WriteTime(message, 2, time);
    });

    /// <exception cref="ArgumentException">A value is no number, truth value or text.</exception>
    public static void Require(IReadOnlyDictionary<string, object> values)
    {
        foreach (var (name, value) in values)
        {
            _ = Plain(name, value);
        }
    }

    private static Value Plain(string name, object value) => value switch
    {
        string text => Value.ForString(text),
        bool truth => Value.ForBool(truth),
        System.Enum choice => Value.ForString(choice.ToString()),
        byte or sbyte or short or ushort or int or uint or long or ulong or float or double or decimal => Value.ForNumber(Convert.ToDouble(value, CultureInfo.InvariantCulture)),
        _ => throw new ArgumentException(
            $"The hyper-parameter '{name}' is {(value is null ? "null" : $"of type {value.GetType().Name}")}: give a number, a truth value or a text.", nameof(value)),
    };

    private static Summary.Types.Value HyperParameters(int field, Action<CodedOutputStream> write)
    {
        var content = Bytes(message => WriteMessage(message, field, write));
        return new Summary.Types.Value
        {
            Metadata = Metadata("hparams", ByteString.CopyFrom(content)),

            // The plugin reads the metadata only, but readers want a value.
            Tensor = new TensorProto { Dtype = DataType.DtFloat, TensorShape = Vector(0) },
        };
    }

    private static SummaryMetadata Metadata(string plugin, ByteString content) =>
        new() { PluginData = new SummaryMetadata.Types.PluginData { PluginName = plugin, Content = content } };

    private static TensorShapeProto Vector(long length)
    {
        TensorShapeProto shape = new();
        shape.Dim.Add(new TensorShapeProto.Types.Dim { Size = length });
        return shape;
    }

    private static byte[] Bytes(Action<CodedOutputStream> write)
    {
        using MemoryStream memory = new();

        using (CodedOutputStream message = new(memory, leaveOpen: true))
        {
            write(message);
        }

        return memory.ToArray();
    }

    private static void WriteMessage(CodedOutputStream message, int field, Action<CodedOutputStream> write)
    {
        message.WriteTag(field, WireFormat.WireType.LengthDelimited);
        message.WriteBytes(ByteString.CopyFrom(Bytes(write)));
    }

    private static void WriteString(CodedOutputStream message, int field, string text)
    {
        message.WriteTag(field, WireFormat.WireType.LengthDelimited);
        message.WriteString(text);
    }

    private static void WriteNumber(CodedOutputStream message, int field, int number)
    {
        message.WriteTag(field, WireFormat.WireType.Varint);
        message.WriteInt32(number);
    }

    private static void WriteTime(CodedOutputStream message, int field, double time)
    {
        message.WriteTag(field, WireFormat.WireType.Fixed64);
        message.WriteDouble(time);
    }
}
