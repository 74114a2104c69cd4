using System.Text.Json.Nodes;

namespace DeepLearningCourse.Notebooks.Tests.Jupyter;

/// <summary>A message of a kernel.</summary>
internal sealed record TestMessage(JsonObject Header, JsonObject ParentHeader, JsonObject Content)
{
    public string Type => (string)Header["msg_type"]!;

    public string? Parent => (string?)ParentHeader["msg_id"];

    /// <summary>The kernel's state, if that is what the message tells.</summary>
    public string? State => Type == "status" ? (string?)Content["execution_state"] : null;

    public string? Text(string name) => (string?)Content[name];

    public override string ToString() => $"{Type} {Content.ToJsonString()}";
}
