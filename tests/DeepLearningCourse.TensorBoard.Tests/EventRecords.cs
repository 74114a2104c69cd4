using System.Buffers.Binary;
using Tensorboard;

namespace DeepLearningCourse.TensorBoard.Tests;

/// <summary>Reads event files by their description, with a check sum computed bit by bit.</summary>
internal static class EventRecords
{
    public static List<Event> OfFolder(string folder) => [.. Directory.GetFiles(folder).Order(StringComparer.Ordinal).SelectMany(OfFile)];

    public static List<Event> OfFile(string path)
    {
        using FileStream file = new(path, FileMode.Open, FileAccess.Read, FileShare.ReadWrite | FileShare.Delete);
        using MemoryStream memory = new();
        file.CopyTo(memory);
        var bytes = memory.ToArray();
        List<Event> events = [];

        for (var at = 0; at < bytes.Length;)
        {
            var length = (int)BinaryPrimitives.ReadInt64LittleEndian(bytes.AsSpan(at));
            Assert.That(BinaryPrimitives.ReadUInt32LittleEndian(bytes.AsSpan(at + 8)), Is.EqualTo(Masked(bytes.AsSpan(at, 8))), "check sum of a length");
            var record = bytes.AsSpan(at + 12, length);
            Assert.That(BinaryPrimitives.ReadUInt32LittleEndian(bytes.AsSpan(at + 12 + length)), Is.EqualTo(Masked(record)), "check sum of a record");

            // TorchSharp's classes can be read from arrays, not from spans.
            events.Add(Event.Parser.ParseFrom(record.ToArray()));
            at += 16 + length;
        }

        return events;
    }

    public static IEnumerable<(long Step, float Value)> Scalars(this IEnumerable<Event> events, string tag) =>
        events.Values(tag).Select(entry => (entry.Step, entry.Value.SimpleValue));

    public static IEnumerable<(long Step, Summary.Types.Value Value)> Values(this IEnumerable<Event> events, string tag) =>
        events.Where(one => one.Summary is not null).SelectMany(one => one.Summary.Value.Select(value => (one.Step, value))).Where(entry => entry.value.Tag == tag);

    public static IEnumerable<string> Tags(this IEnumerable<Event> events) =>
        events.Where(one => one.Summary is not null).SelectMany(one => one.Summary.Value).Select(value => value.Tag).Distinct();

    public static uint Crc32C(ReadOnlySpan<byte> bytes)
    {
        var sum = uint.MaxValue;

        foreach (var one in bytes)
        {
            sum ^= one;

            for (var bit = 0; bit < 8; bit++)
            {
                sum = (sum & 1) == 0 ? sum >> 1 : (sum >> 1) ^ 0x82F63B78;
            }
        }

        return ~sum;
    }

    private static uint Masked(ReadOnlySpan<byte> bytes)
    {
        var sum = Crc32C(bytes);
        return ((sum >> 15) | (sum << 17)) + 0xA282EAD8;
    }
}
