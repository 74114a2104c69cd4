using System.Text.Json.Nodes;

namespace DeepLearningCourse.Notebooks.Documents;

/// <summary>A cell of a notebook, over the file's own JSON, so that nothing unknown in it is lost.</summary>
internal sealed class NotebookCell(JsonObject json)
{
    public const string CodeKind = "code";
    public const string MarkdownKind = "markdown";

    public JsonObject Json => json;

    public string Kind => json["cell_type"]?.GetValue<string>() ?? "";

    public bool IsCode => Kind == CodeKind;

    public string Source
    {
        get => Join(json["source"]);
        set => json["source"] = Split(value);
    }

    /// <summary>The name that a C# file refers to the cell by.</summary>
    public string? Label
    {
        get => json["metadata"]?["dlc"]?["label"]?.GetValue<string>();
        set => Own()["label"] = value;
    }

    public JsonArray Outputs => (JsonArray)(json["outputs"] ??= new JsonArray());

    public static NotebookCell New(string kind, string source)
    {
        JsonObject json = new() { ["cell_type"] = kind, ["metadata"] = new JsonObject(), ["source"] = Split(source) };
        NotebookCell cell = new(json);
        if (cell.IsCode)
        {
            cell.Clear();
        }

        return cell;
    }

    /// <summary>Takes the outputs of an earlier run away.</summary>
    public void Clear()
    {
        json["execution_count"] = null;
        json["outputs"] = new JsonArray();
    }

    /// <summary>Takes over what an earlier cell of the same text has, but for its name and what conversion gives it.</summary>
    public void TakeFrom(NotebookCell before)
    {
        foreach (var field in new[] { "outputs", "execution_count", "attachments" })
        {
            if (before.Json.TryGetPropertyValue(field, out var value))
            {
                json[field] = value?.DeepClone();
            }
        }

        var metadata = (JsonObject)(json["metadata"] ??= new JsonObject());
        foreach (var (name, value) in before.Json["metadata"] as JsonObject ?? [])
        {
            if (name != "dlc")
            {
                metadata[name] = value?.DeepClone();
            }
        }
    }

    /// <summary>Text as notebooks keep it: a list of lines, each with its end.</summary>
    public static JsonArray Split(string text)
    {
        JsonArray lines = [];
        for (var start = 0; start < text.Length;)
        {
            var end = text.IndexOf('\n', start);
            end = end < 0 ? text.Length : end + 1;
            lines.Add(text[start..end]);
            start = end;
        }

        return lines;
    }

    private static string Join(JsonNode? text) => text switch
    {
        JsonArray lines => string.Concat(lines.Select(line => line?.GetValue<string>())),
        JsonValue whole => whole.GetValue<string>(),
        _ => "",
    };

    private JsonObject Own()
    {
        var metadata = (JsonObject)(json["metadata"] ??= new JsonObject());
        return (JsonObject)(metadata["dlc"] ??= new JsonObject());
    }
}
