using System.Text.Json.Nodes;

namespace DeepLearningCourse.Notebooks.Jupyter;

/// <summary>A message of a client.</summary>
/// <param name="Channel">Where it came, and where its reply goes.</param>
/// <param name="Identities">Whom the reply is for.</param>
/// <param name="Header">Its header as it came, which is the parent header of all that it causes.</param>
/// <param name="Type">What it asks for, such as <c>execute_request</c>.</param>
/// <param name="Content">What it says.</param>
internal sealed record ReceivedMessage(KernelChannel Channel, IReadOnlyList<byte[]> Identities, byte[] Header, string Type, JsonObject Content)
{
    /// <summary>A text of the content; empty if it is missing.</summary>
    public string Text(string name) => (string?)Content[name] ?? "";

    /// <summary>A number of the content.</summary>
    public int Number(string name, int otherwise) => (int?)Content[name] ?? otherwise;

    /// <summary>A switch of the content.</summary>
    public bool Flag(string name, bool otherwise) => (bool?)Content[name] ?? otherwise;
}
