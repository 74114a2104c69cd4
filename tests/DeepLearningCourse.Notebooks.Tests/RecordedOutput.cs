using DeepLearningCourse.Notebooks.Execution;

namespace DeepLearningCourse.Notebooks.Tests;

/// <summary>Keeps what a cell shows, in order.</summary>
internal sealed class RecordedOutput : ICellOutput
{
    private readonly Lock guard = new();
    private readonly List<string> shown = [];

    public List<string> Log { get; } = [];

    public Queue<string> Answers { get; } = new();

    public ManualResetEventSlim Started { get; } = new();

    public string Text
    {
        get
        {
            lock (guard)
            {
                return string.Concat(Log.Where(entry => entry.StartsWith("out:", StringComparison.Ordinal)).Select(entry => entry[4..]));
            }
        }
    }

    public void WriteOut(string text)
    {
        Add("out:" + text);
        Started.Set();
    }

    public void WriteError(string text) => Add("error:" + text);

    public void Display(MimeBundle content, string? displayId) => Add($"display {Place(displayId)}:{Richest(content)}");

    public void Update(MimeBundle content, string displayId) => Add($"update {Place(displayId)}:{Richest(content)}");

    public void Clear(bool wait) => Add($"clear {wait}");

    public string ReadLine(string prompt, bool isPassword)
    {
        Add($"ask {isPassword}:{prompt}");
        return Answers.Dequeue();
    }

    // Identifiers are random; their order is not.
    private string Place(string? displayId)
    {
        lock (guard)
        {
            if (displayId is null)
            {
                return "";
            }

            if (!shown.Contains(displayId))
            {
                shown.Add(displayId);
            }

            return $"display-{shown.IndexOf(displayId) + 1}";
        }
    }

    private static string Richest(MimeBundle content) => content.Content.GetValueOrDefault("text/html") ?? content.Content["text/plain"];

    private void Add(string entry)
    {
        lock (guard)
        {
            Log.Add(entry);
        }
    }
}
