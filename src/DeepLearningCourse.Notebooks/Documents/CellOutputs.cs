using System.Text;
using System.Text.Json.Nodes;
using DeepLearningCourse.Notebooks.Execution;

namespace DeepLearningCourse.Notebooks.Documents;

/// <summary>What a cell shows, as a notebook's file keeps it: texts joined, of what was updated the last state only.</summary>
/// <param name="echo">Gets the text as it comes.</param>
/// <param name="before">The cells executed before, whose things this one may update.</param>
internal sealed class CellOutputs(Action<string> echo, CellOutputs? before = null) : ICellOutput
{
    // A loop that prints without end should not make a file that no editor opens.
    private const int MostCharacters = 1_000_000;
    private const string CutNote = "\n… more was printed than a notebook can hold; the rest was left out.\n";

    private readonly Lock guard = new();
    private readonly List<(string? DisplayId, JsonObject Json)> outputs = [];
    private readonly Dictionary<string, int> written = [];
    private readonly StringBuilder text = new();
    private string stream = "";
    private bool clearNext;

    public void WriteOut(string text) => Write("stdout", text);

    public void WriteError(string text) => Write("stderr", text);

    public void Display(MimeBundle content, string? displayId) => Add(displayId, new JsonObject
    {
        ["data"] = Data(content),
        ["metadata"] = new JsonObject(),
        ["output_type"] = "display_data",
    }, content);

    public void Update(MimeBundle content, string displayId)
    {
        lock (guard)
        {
            foreach (var (_, json) in outputs.Where(output => output.DisplayId == displayId))
            {
                json["data"] = Data(content);
            }
        }

        before?.Update(content, displayId);
    }

    public void Clear(bool wait)
    {
        lock (guard)
        {
            clearNext = wait;
            if (!wait)
            {
                ClearNow();
            }
        }
    }

    public string ReadLine(string prompt, bool isPassword) =>
        throw new NotSupportedException("The cell asks for a line, and nobody is there to answer: 'run' executes a notebook without a person. Give the value in the cell, or open the notebook in Jupyter.");

    /// <summary>Why a thread ended that the cell, or one before it, started; null if none did.</summary>
    public CellError? ThreadError { get; private set; }

    public void ThreadFailed(CellError error)
    {
        ThreadError ??= error;
        Add(null, Json(error), null);
    }

    /// <summary>Adds what became of the cell.</summary>
    public void End(CellResult result)
    {
        if (result.Value is { } value)
        {
            Add(null, new JsonObject
            {
                ["data"] = Data(value),
                ["execution_count"] = result.Number,
                ["metadata"] = new JsonObject(),
                ["output_type"] = "execute_result",
            }, value);
        }

        if (result.Error is { } error)
        {
            Add(null, Json(error), null);
        }
    }

    /// <summary>The outputs for the file.</summary>
    public JsonArray ToJson()
    {
        lock (guard)
        {
            EndStream();
            return new JsonArray([.. outputs.Select(output => output.Json.DeepClone())]);
        }
    }

    /// <summary>A line that was written over with a carriage return is what a terminal would show of it.</summary>
    internal static string AsOnTerminal(string text)
    {
        if (!text.Contains('\r', StringComparison.Ordinal))
        {
            return text;
        }

        var lines = text.Replace("\r\n", "\n", StringComparison.Ordinal).Split('\n');
        return string.Join('\n', lines.Select(Overwritten));
    }

    private static string Overwritten(string line)
    {
        StringBuilder shown = new();
        foreach (var part in line.Split('\r'))
        {
            shown.Remove(0, Math.Min(part.Length, shown.Length)).Insert(0, part);
        }

        return shown.ToString();
    }

    private static JsonObject Data(MimeBundle content)
    {
        JsonObject data = [];
        foreach (var (mimeType, text) in content.Content)
        {
            data[mimeType] = IsLines(mimeType) ? NotebookCell.Split(text.Replace("\r\n", "\n", StringComparison.Ordinal)) : text;
        }

        return data;
    }

    private static JsonObject Json(CellError error) => new()
    {
        ["ename"] = error.Name,
        ["evalue"] = error.Message,
        ["output_type"] = "error",
        ["traceback"] = new JsonArray([.. error.Traceback.Select(line => JsonValue.Create(line))]),
    };

    private static bool IsLines(string mimeType) =>
        mimeType.StartsWith("text/", StringComparison.Ordinal) || mimeType is "image/svg+xml" or "application/javascript";

    private void Write(string name, string what)
    {
        lock (guard)
        {
            TakeClear();
            if (stream != name)
            {
                EndStream();
                stream = name;
            }

            var room = MostCharacters - written.GetValueOrDefault(name);
            if (room >= 0)
            {
                var kept = what.Length <= room ? what : what[..room] + CutNote;
                text.Append(kept);
                echo(kept);
            }

            // Below no room: the note is there.
            written[name] = what.Length <= room ? MostCharacters - room + what.Length : MostCharacters + 1;
        }
    }

    private void Add(string? displayId, JsonObject json, MimeBundle? shown)
    {
        lock (guard)
        {
            TakeClear();
            EndStream();
            outputs.Add((displayId, json));
            if (shown is not null)
            {
                echo(shown.Content["text/plain"] + "\n");
            }
        }
    }

    private void EndStream()
    {
        if (text.Length > 0)
        {
            outputs.Add((null, new JsonObject
            {
                ["name"] = stream,
                ["output_type"] = "stream",
                ["text"] = NotebookCell.Split(AsOnTerminal(text.ToString())),
            }));
            text.Clear();
        }

        stream = "";
    }

    private void TakeClear()
    {
        if (clearNext)
        {
            ClearNow();
            clearNext = false;
        }
    }

    private void ClearNow()
    {
        text.Clear();
        outputs.Clear();
        written.Clear();
        stream = "";
    }
}
