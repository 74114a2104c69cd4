using System.Text.Json;
using System.Text.Json.Nodes;

namespace DeepLearningCourse.Notebooks.Documents;

/// <summary>Looks whether what the program reads of a notebook has the form that the format gives it, before it is used.</summary>
internal static class NotebookCheck
{
    /// <exception cref="NotebookException">Something has another form; the message names the cell.</exception>
    public static void Check(JsonObject json, string path)
    {
        Require(json["metadata"] is null or JsonObject, path, "its metadata is no object");
        Require(json["nbformat_minor"] is null || json["nbformat_minor"] is JsonValue minor && minor.TryGetValue<int>(out _), path, "its nbformat_minor is no number");
        var own = json["metadata"]?["dlc"];
        Require(own is null || own is JsonObject fields && (fields["directives"] is null || IsTextList(fields["directives"])), path, "metadata.dlc.directives is no list of lines");
        var cells = (JsonArray)json["cells"]!;
        for (var i = 0; i < cells.Count; i++)
        {
            Check(cells[i], $"cell {i + 1}", path);
        }

        // Text that is no Unicode shows only when it is read.
        NotebookJson.Write(json);
    }

    private static void Check(JsonNode? node, string name, string path)
    {
        Require(node is JsonObject, path, $"{name} is no object");
        var cell = (JsonObject)node!;
        Require(IsText(cell["cell_type"]), path, $"{name} does not say its cell_type");
        Require(cell["source"] is null || IsText(cell["source"]) || IsTextList(cell["source"]), path, $"the source of {name} is neither text nor a list of lines");
        Require(cell["id"] is null || IsText(cell["id"]), path, $"the id of {name} is no text");
        Require(cell["outputs"] is null || cell["outputs"] is JsonArray outputs && outputs.All(output => output is JsonObject), path, $"the outputs of {name} are no list");
        Require(cell["metadata"] is null or JsonObject, path, $"the metadata of {name} is no object");
        var own = cell["metadata"]?["dlc"];
        Require(own is null || own is JsonObject fields && (fields["label"] is null || IsText(fields["label"])), path, $"metadata.dlc.label of {name} is no text");
    }

    private static bool IsText(JsonNode? node) => node is JsonValue value && value.GetValueKind() == JsonValueKind.String;

    private static bool IsTextList(JsonNode? node) => node is JsonArray list && list.All(IsText);

    private static void Require(bool holds, string path, string problem)
    {
        if (!holds)
        {
            throw new NotebookException($"'{path}' is no notebook that can be read: {problem}. Open it in Jupyter and save it again, or take an earlier copy.");
        }
    }
}
