using System.Globalization;
using System.Text;
using System.Text.Encodings.Web;
using System.Text.Json;
using System.Text.Json.Nodes;

namespace DeepLearningCourse.Notebooks.Jupyter;

/// <summary>Messages as the frames of a socket: identities, a delimiter, the signature, and four JSON objects.</summary>
internal sealed class MessageFrames(MessageSigner signer, TimeProvider time)
{
    private const int Parts = 4;
    private static readonly byte[] Delimiter = Encoding.ASCII.GetBytes("<IDS|MSG>");
    private static readonly JsonSerializerOptions Plain = new() { Encoder = JavaScriptEncoder.UnsafeRelaxedJsonEscaping };
    private static readonly JsonDocumentOptions Strict = new() { AllowDuplicateProperties = false };

    private readonly SeenMessages seen = new();
    private readonly string session = Guid.NewGuid().ToString("N");

    /// <exception cref="InvalidDataException">The frames are no message, the signature is wrong, or the message came before.</exception>
    public ReceivedMessage Read(KernelChannel channel, IReadOnlyList<byte[]> frames)
    {
        var at = IndexOfDelimiter(frames);
        if (at < 0 || frames.Count < at + 2 + Parts)
        {
            throw new InvalidDataException("it has not all parts of a message.");
        }

        var parts = frames.Skip(at + 2).Take(Parts).ToArray();
        if (!signer.Verifies(frames[at + 1], parts))
        {
            throw new InvalidDataException("its signature is not made with the connection's key.");
        }

        if (!seen.IsNew(frames[at + 1], parts[0]))
        {
            throw new InvalidDataException("it came before, and no client sends a message twice.");
        }

        return new ReceivedMessage(channel, [.. frames.Take(at)], parts[0], TypeIn(parts[0]), Parse(parts[3]));
    }

    public IReadOnlyList<byte[]> Write(OutgoingMessage message)
    {
        byte[][] parts = [Bytes(HeaderOf(message.Type)), message.ParentHeader, "{}"u8.ToArray(), Bytes(message.Content)];
        return [.. message.Identities, Delimiter, signer.Sign(parts), .. parts];
    }

    private static int IndexOfDelimiter(IReadOnlyList<byte[]> frames)
    {
        for (var i = 0; i < frames.Count; i++)
        {
            if (frames[i].AsSpan().SequenceEqual(Delimiter))
            {
                return i;
            }
        }

        return -1;
    }

    private static string TypeIn(byte[] header) =>
        Parse(header)["msg_type"] is JsonValue value && value.TryGetValue(out string? type) ? type : throw new InvalidDataException("its header names no type.");

    private static JsonObject Parse(byte[] json)
    {
        try
        {
            return JsonNode.Parse(json, documentOptions: Strict) as JsonObject ?? throw new InvalidDataException("one of its parts is no JSON object.");
        }
        catch (JsonException problem)
        {
            throw new InvalidDataException($"one of its parts is no JSON: {problem.Message}", problem);
        }
    }

    private static byte[] Bytes(JsonObject json) => JsonSerializer.SerializeToUtf8Bytes(json, Plain);

    private JsonObject HeaderOf(string type) => new()
    {
        ["msg_id"] = Guid.NewGuid().ToString("N"),
        ["session"] = session,
        ["username"] = "kernel",
        ["date"] = time.GetUtcNow().ToString("O", CultureInfo.InvariantCulture),
        ["msg_type"] = type,
        ["version"] = KernelInfo.ProtocolVersion,
    };
}
