namespace DeepLearningCourse.Notebooks.Documents;

/// <summary>Takes the parts of a C# file that are for programs alone out, and the <c>#if NOTEBOOK</c> lines with them.</summary>
internal static class NotebookSymbol
{
    public const string If = "#if NOTEBOOK";
    public const string Else = "#else";
    public const string EndIf = "#endif";
    private const string IfNot = "#if !NOTEBOOK";

    /// <exception cref="NotebookException">An <c>#if</c> has no end.</exception>
    public static List<string> Resolve(IReadOnlyList<string> lines, string path)
    {
        List<string> kept = [];
        // What is kept now, and from which line on; null inside a condition that is not ours.
        Stack<(bool? Keep, int Line)> open = new();
        for (var i = 0; i < lines.Count; i++)
        {
            switch (lines[i].TrimEnd())
            {
                case If:
                    open.Push((true, i + 1));
                    break;
                case IfNot:
                    open.Push((false, i + 1));
                    break;
                case Else when open.TryPeek(out var top) && top.Keep is { } keep:
                    open.Pop();
                    open.Push((!keep, top.Line));
                    break;
                case EndIf when open.TryPeek(out var top) && top.Keep is not null:
                    open.Pop();
                    break;
                default:
                    Other(lines[i], i);
                    break;
            }
        }

        return open.TryPeek(out var unended) ? throw new NotebookException($"{path}, line {unended.Line}: this #if has no #endif.") : kept;

        void Other(string line, int index)
        {
            var start = line.TrimStart();
            if (start.StartsWith("#if", StringComparison.Ordinal))
            {
                open.Push((null, index + 1));
            }
            else if (start.StartsWith(EndIf, StringComparison.Ordinal) && open.Count > 0)
            {
                open.Pop();
            }

            if (open.All(part => part.Keep is not false))
            {
                kept.Add(line);
            }
        }
    }
}
