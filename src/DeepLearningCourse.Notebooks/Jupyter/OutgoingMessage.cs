using System.Text;
using System.Text.Json.Nodes;

namespace DeepLearningCourse.Notebooks.Jupyter;

/// <summary>A message to clients.</summary>
/// <param name="Channel">The socket it leaves by.</param>
/// <param name="Identities">Whom it is for, or the topic where it is for all.</param>
/// <param name="ParentHeader">The header of the message that caused it, as it came.</param>
/// <param name="Type">What it is, such as <c>execute_reply</c>.</param>
/// <param name="Content">What it says.</param>
internal sealed record OutgoingMessage(KernelChannel Channel, IReadOnlyList<byte[]> Identities, byte[] ParentHeader, string Type, JsonObject Content)
{
    /// <summary>The answer to a message.</summary>
    public static OutgoingMessage Reply(ReceivedMessage message, string type, JsonObject content) =>
        new(message.Channel, message.Identities, message.Header, type, content);

    /// <summary>What all clients are to see.</summary>
    public static OutgoingMessage Published(byte[] parentHeader, string type, JsonObject content) =>
        new(KernelChannel.Publish, [Encoding.UTF8.GetBytes(type)], parentHeader, type, content);

    /// <summary>A question to the client that sent a message.</summary>
    public static OutgoingMessage Question(ReceivedMessage message, string type, JsonObject content) =>
        new(KernelChannel.StandardInput, message.Identities, message.Header, type, content);
}
