namespace DeepLearningCourse.Notebooks.Documents;

/// <summary>Takes the parts of a C# file that are for programs alone out, and the <c>#if NOTEBOOK</c> lines with them.</summary>
internal static class NotebookSymbol
{
    public const string If = "#if NOTEBOOK";
    public const string Else = "#else";
    public const string EndIf = "#endif";
    private const string IfNot = "#if !NOTEBOOK";

    /// <param name="lines">The code.</param>
    /// <param name="path">The file that it is from.</param>
    /// <param name="above">How many lines the file has above the code.</param>
    /// <exception cref="NotebookException">An <c>#if</c> has no end, or an <c>#elif</c>.</exception>
    public static List<string> Resolve(IReadOnlyList<string> lines, string path, int above)
    {
        LiteralLines literals = new(lines);
        List<string> kept = [];
        // What is kept now, and from which line on; null inside a condition that is not ours.
        Stack<(bool? Keep, int Line)> open = new();
        for (var i = 0; i < lines.Count; i++)
        {
            switch (literals.Contains(i) ? "" : Directive(lines[i]))
            {
                case If:
                    open.Push((true, i));
                    break;
                case IfNot:
                    open.Push((false, i));
                    break;
                case Else when open.TryPeek(out var top) && top.Keep is { } keep:
                    open.Pop();
                    open.Push((!keep, top.Line));
                    break;
                case EndIf when open.TryPeek(out var top) && top.Keep is not null:
                    open.Pop();
                    break;
                case var other when other.StartsWith("#elif", StringComparison.Ordinal) && open.TryPeek(out var top) && top.Keep is not null:
                    throw new NotebookException($"{path}, line {above + i + 1}: an #elif cannot follow #if NOTEBOOK. Write #else, and another #if inside it.");
                case var other:
                    Other(other, i);
                    break;
            }
        }

        return open.TryPeek(out var unended) ? throw new NotebookException($"{path}, line {above + unended.Line + 1}: this #if has no #endif.") : kept;

        void Other(string directive, int index)
        {
            if (directive.StartsWith("#if", StringComparison.Ordinal))
            {
                open.Push((null, index));
            }
            else if (directive == EndIf && open.Count > 0)
            {
                open.Pop();
            }

            if (open.All(part => part.Keep is not false))
            {
                kept.Add(lines[index]);
            }
        }
    }

    // A comment may follow it: #endif // NOTEBOOK.
    private static string Directive(string line) =>
        line.TrimStart().StartsWith('#') ? line.TrimStart().Split("//")[0].TrimEnd() : "";
}
