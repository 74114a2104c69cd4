using System.Text.Json;
using System.Text.Json.Nodes;
using DeepLearningCourse.Notebooks.Execution;

namespace DeepLearningCourse.Notebooks.Jupyter;

/// <summary>A cell's output as messages to all clients.</summary>
internal sealed class CellMessages(ReceivedMessage request, OutputQueue output, StandardInput input) : ICellOutput
{
    public void WriteOut(string text) => output.Write(request.Header, "stdout", text);

    public void WriteError(string text) => output.Write(request.Header, "stderr", text);

    public void Display(MimeBundle content, string? displayId) => Show("display_data", content, displayId);

    public void Update(MimeBundle content, string displayId) => Show("update_display_data", content, displayId);

    public void Clear(bool wait) => Publish("clear_output", new JsonObject { ["wait"] = wait });

    public string ReadLine(string prompt, bool isPassword) => input.Ask(request, prompt, isPassword);

    /// <summary>The code that is executed now, for the other clients of the notebook.</summary>
    public void Begin(string code, int number) => Publish("execute_input", new JsonObject { ["code"] = code, ["execution_count"] = number });

    /// <summary>The value of the cell's last expression.</summary>
    public void ShowValue(MimeBundle value, int number) =>
        Publish("execute_result", new JsonObject { ["execution_count"] = number, ["data"] = DataOf(value), ["metadata"] = new JsonObject() });

    /// <summary>Why the cell failed.</summary>
    public void ShowError(CellError error) => Publish("error", ErrorContent(error));

    public static JsonObject ErrorContent(CellError error) => new()
    {
        ["ename"] = error.Name,
        ["evalue"] = error.Message,
        ["traceback"] = new JsonArray([.. error.Traceback.Select(line => JsonValue.Create(line))]),
    };

    public static JsonObject DataOf(MimeBundle content)
    {
        JsonObject data = [];
        foreach (var (type, text) in content.Content)
        {
            data[type] = IsJson(type) ? Json(text) : text;
        }

        return data;
    }

    private static bool IsJson(string type) => type == "application/json" || type.EndsWith("+json", StringComparison.Ordinal);

    // Clients want JSON as JSON; what is none is shown as the text it is.
    private static JsonNode? Json(string text)
    {
        try
        {
            return JsonNode.Parse(text);
        }
        catch (JsonException)
        {
            return text;
        }
    }

    private void Show(string type, MimeBundle content, string? displayId)
    {
        JsonObject transient = [];
        if (displayId is not null)
        {
            transient["display_id"] = displayId;
        }

        Publish(type, new JsonObject { ["data"] = DataOf(content), ["metadata"] = new JsonObject(), ["transient"] = transient });
    }

    private void Publish(string type, JsonObject content) => output.Send(OutgoingMessage.Published(request.Header, type, content));
}
