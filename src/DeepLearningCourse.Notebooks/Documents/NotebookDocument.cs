using System.Security.Cryptography;
using System.Text;
using System.Text.Json;
using System.Text.Json.Nodes;
using DeepLearningCourse.Runtime;

namespace DeepLearningCourse.Notebooks.Documents;

/// <summary>A Jupyter notebook (nbformat 4) as a file. What this program does not know stays as it is.</summary>
internal sealed class NotebookDocument
{
    public const string KernelName = "dlc-csharp";
    public const string KernelDisplayName = "C# (DeepLearningCourse)";

    // Of two fields with one name, one would be lost.
    private static readonly JsonDocumentOptions Strict = new() { AllowDuplicateProperties = false };

    private readonly JsonObject json;

    private NotebookDocument(JsonObject json, IEnumerable<NotebookCell> cells) => (this.json, Cells) = (json, [.. cells]);

    public List<NotebookCell> Cells { get; }

    /// <summary>The lines <c>#:</c> of the C# files that the notebook was made from.</summary>
    public IReadOnlyList<string> Directives
    {
        get => Lines("directives");
        set => Own()["directives"] = new JsonArray([.. value.Select(line => JsonValue.Create(line))]);
    }

    /// <summary>The C# files that the notebook was made from, by their paths from the notebook's folder.</summary>
    public IReadOnlyList<string> Sources
    {
        get => Lines("sources");
        set => Own()["sources"] = new JsonArray([.. value.Select(line => JsonValue.Create(line))]);
    }

    public static NotebookDocument New(IEnumerable<NotebookCell> cells) => new(
        new JsonObject
        {
            ["metadata"] = new JsonObject
            {
                ["kernelspec"] = new JsonObject { ["display_name"] = KernelDisplayName, ["language"] = "C#", ["name"] = KernelName },
                ["language_info"] = LanguageInfo(),
            },
            ["nbformat"] = 4,
            ["nbformat_minor"] = 5,
        },
        cells);

    /// <summary>What Jupyter is told about the language, in files and by the kernel.</summary>
    public static JsonObject LanguageInfo() => new()
    {
        ["file_extension"] = ".cs",
        ["mimetype"] = "text/x-csharp",
        ["name"] = "C#",
        ["pygments_lexer"] = "csharp",
        ["version"] = "14",
    };

    /// <exception cref="NotebookException">There is no such file, or it is no notebook of format 4.</exception>
    public static NotebookDocument Read(string path)
    {
        try
        {
            return Parse(File.ReadAllText(path), path);
        }
        catch (Exception exception) when (exception is IOException or UnauthorizedAccessException)
        {
            throw new NotebookException($"The notebook '{path}' cannot be read: {exception.Message}", exception);
        }
    }

    /// <exception cref="NotebookException">The text is no notebook of format 4.</exception>
    public static NotebookDocument Parse(string text, string path)
    {
        try
        {
            if (JsonNode.Parse(text, null, Strict) is not JsonObject json || json["cells"] is not JsonArray && json["worksheets"] is not JsonArray)
            {
                throw new NotebookException($"'{path}' is no notebook: it has no list of cells.");
            }

            if ((int?)json["nbformat"] is not 4)
            {
                throw new NotebookException($"'{path}' has notebook format {json["nbformat"]?.ToJsonString() ?? "?"}, and this program reads 4. Open it in Jupyter and save it, or run: jupyter nbconvert --to notebook {path}");
            }

            NotebookCheck.Check(json, path);
            return new(json, ((JsonArray)json["cells"]!).Select(cell => new NotebookCell((JsonObject)cell!)));
        }
        catch (Exception exception) when (exception is JsonException or InvalidCastException or InvalidOperationException or FormatException)
        {
            throw new NotebookException($"'{path}' is no notebook, or was cut short: {exception.Message}", exception);
        }
    }

    /// <summary>Gives cells what cells of the same text have in an earlier notebook, in order: outputs, tags, attached pictures.</summary>
    public void TakeOutputsFrom(NotebookDocument earlier)
    {
        var known = earlier.Cells.GroupBy(cell => (cell.Kind, cell.Source)).ToDictionary(group => group.Key, group => new Queue<NotebookCell>(group));
        foreach (var cell in Cells)
        {
            if (known.TryGetValue((cell.Kind, cell.Source), out var same) && same.TryDequeue(out var before))
            {
                cell.TakeFrom(before);
            }
        }
    }

    /// <summary>Writes the file aside and renames it, so that a reader sees the old one or the new one.</summary>
    public void Write(string path)
    {
        try
        {
            var bytes = Encoding.UTF8.GetBytes(ToJson());
            AtomicFile.Write(path, stream => stream.Write(bytes));
        }
        catch (Exception exception) when (exception is IOException or UnauthorizedAccessException)
        {
            throw new NotebookException($"The notebook '{path}' cannot be written: {exception.Message}", exception);
        }
    }

    /// <summary>The file's text as Jupyter writes it: keys in order, one space for each level.</summary>
    public string ToJson()
    {
        NameCells();
        var whole = (JsonObject)json.DeepClone();
        whole["cells"] = new JsonArray([.. Cells.Select(cell => cell.Json.DeepClone())]);
        return NotebookJson.Write(whole);
    }

    private IReadOnlyList<string> Lines(string name) =>
        json["metadata"]?["dlc"]?[name] is JsonArray lines ? [.. lines.Select(line => line!.GetValue<string>())] : [];

    private JsonObject Own()
    {
        var metadata = (JsonObject)(json["metadata"] ??= new JsonObject());
        return (JsonObject)(metadata["dlc"] ??= new JsonObject());
    }

    // The same source gets the same name, so that a conversion can be repeated without a difference.
    private void NameCells()
    {
        if ((int?)json["nbformat_minor"] is null or < 5)
        {
            return;
        }

        HashSet<string> taken = [];
        foreach (var cell in Cells.Where(cell => cell.Json["id"] is null || !taken.Add((string)cell.Json["id"]!)).ToList())
        {
            var hash = Convert.ToHexStringLower(SHA256.HashData(Encoding.UTF8.GetBytes(cell.Source)))[..8];
            var name = hash;
            for (var i = 2; !taken.Add(name); i++)
            {
                name = $"{hash}-{i}";
            }

            cell.Json["id"] = name;
        }
    }
}
