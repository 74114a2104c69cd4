using System.Text;
using Google.Protobuf;

namespace DeepLearningCourse.TensorBoard.Tests;

/// <summary>The fields of a protobuf message, without knowing it.</summary>
internal sealed class ProtoFields
{
    private readonly List<(int Field, object Value)> fields = [];

    public ProtoFields(byte[] message)
    {
        CodedInputStream input = new(message);

        while (input.ReadTag() is var tag and not 0)
        {
            fields.Add((WireFormat.GetTagFieldNumber(tag), WireFormat.GetTagWireType(tag) switch
            {
                WireFormat.WireType.Varint => input.ReadInt64(),
                WireFormat.WireType.Fixed64 => input.ReadDouble(),
                WireFormat.WireType.LengthDelimited => input.ReadBytes().ToByteArray(),
                var other => throw new InvalidDataException($"{other}"),
            }));
        }
    }

    public IEnumerable<int> Numbers => fields.Select(entry => entry.Field);

    public IEnumerable<ProtoFields> Messages(int field) => Of<byte[]>(field).Select(bytes => new ProtoFields(bytes));

    public ProtoFields Message(int field) => Messages(field).Single();

    public string Text(int field) => Encoding.UTF8.GetString(Of<byte[]>(field).Single());

    public long Number(int field) => Of<long>(field).Single();

    public double Double(int field) => Of<double>(field).Single();

    private IEnumerable<T> Of<T>(int field) => fields.Where(entry => entry.Field == field).Select(entry => (T)entry.Value);
}
