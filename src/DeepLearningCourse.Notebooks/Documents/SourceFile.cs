using Microsoft.CodeAnalysis;
using Microsoft.CodeAnalysis.CSharp;

namespace DeepLearningCourse.Notebooks.Documents;

/// <summary>A C# file that is a program and the source of a notebook's cells.</summary>
/// <param name="Directives">Its lines <c>#:</c> and <c>#!</c>.</param>
/// <param name="Usings">Its using directives, in their order.</param>
/// <param name="Cells">Its cells, in the notebook's order.</param>
internal sealed record SourceFile(IReadOnlyList<string> Directives, IReadOnlyList<string> Usings, IReadOnlyList<NotebookCell> Cells)
{
    /// <exception cref="NotebookException">The file cannot be read, or a marker in it leads nowhere.</exception>
    public static SourceFile Read(string path)
    {
        try
        {
            return Parse(File.ReadAllText(path), path);
        }
        catch (Exception exception) when (exception is IOException or UnauthorizedAccessException)
        {
            throw new NotebookException($"The file '{path}' cannot be read: {exception.Message}", exception);
        }
    }

    public static SourceFile Parse(string text, string path)
    {
        var lines = text.Replace("\r\n", "\n", StringComparison.Ordinal).TrimStart('\uFEFF').Split('\n').ToList();
        var head = lines.TakeWhile(line => line.StartsWith("#:", StringComparison.Ordinal) || line.StartsWith("#!", StringComparison.Ordinal) || string.IsNullOrWhiteSpace(line)).Count();
        var directives = lines.Take(head).Where(line => !string.IsNullOrWhiteSpace(line)).ToList();
        var body = NotebookSymbol.Resolve(lines[head..], path, head);
        var parts = Split(body);
        var usings = TakeUsings(parts[0].Lines);
        return new SourceFile(directives, usings, Arrange(parts, path));
    }

    private static List<(SourceMarker Marker, List<string> Lines)> Split(List<string> lines)
    {
        List<(SourceMarker Marker, List<string> Lines)> parts = [(new SourceMarker(SourceKind.Code, null), [])];
        LiteralLines literals = new(lines);
        for (var i = 0; i < lines.Count; i++)
        {
            if (!literals.Contains(i) && SourceMarker.Read(lines[i]) is { } marker)
            {
                parts.Add((marker, []));
            }
            else
            {
                parts[^1].Lines.Add(lines[i]);
            }
        }

        return parts;
    }

    // What stands before the first using says how to run the program, and is not the notebook's.
    private static List<string> TakeUsings(List<string> lines)
    {
        var root = CSharpSyntaxTree.ParseText(string.Join('\n', lines)).GetCompilationUnitRoot();
        if (root.Usings.Count == 0)
        {
            var comments = lines.TakeWhile(line => line.StartsWith("//", StringComparison.Ordinal) || string.IsNullOrWhiteSpace(line)).Count();
            lines.RemoveRange(0, comments);
            return [];
        }

        var usings = root.Usings.Select(each => each.ToString()).ToList();
        var last = root.Usings[^1].GetLocation().GetLineSpan().EndLinePosition.Line;
        lines.RemoveRange(0, last + 1);
        return usings;
    }

    private static List<NotebookCell> Arrange(List<(SourceMarker Marker, List<string> Lines)> parts, string path)
    {
        List<NotebookCell> cells = [];
        foreach (var (marker, lines) in parts.Where(part => part.Marker.Kind is SourceKind.Code or SourceKind.Markdown or SourceKind.Raw))
        {
            var source = Trim(marker.Kind == SourceKind.Code ? lines : Comments(lines, path));
            if (source.Length > 0)
            {
                var cell = NotebookCell.New(marker.Kind switch { SourceKind.Markdown => NotebookCell.MarkdownKind, SourceKind.Raw => "raw", _ => NotebookCell.CodeKind }, source);
                if (marker.Label is { } label)
                {
                    cell.Label = label;
                }

                cells.Add(cell);
            }
        }

        // Where the usings' cell will be, after a first cell of text.
        var first = cells.Count > 0 && !cells[0].IsCode ? 1 : 0;
        foreach (var (marker, lines) in parts.Where(part => part.Marker.Kind is SourceKind.Type or SourceKind.LastType))
        {
            var cell = NotebookCell.New(NotebookCell.CodeKind, Trim(lines));
            var place = marker switch
            {
                { Kind: SourceKind.LastType } => cells.Count,
                { Label: null } => first++,
                _ => cells.FindIndex(other => other.Label == marker.Label),
            };
            cells.Insert(place >= 0 ? place : throw new NotebookException($"{path}: '{marker}' names a cell that is not there. Write '// %% {marker.Label}' before the code that uses the types."), cell);
        }

        return cells;
    }

    private static List<string> Comments(List<string> lines, string path)
    {
        List<string> text = [];
        foreach (var line in lines)
        {
            text.Add(line switch
            {
                _ when line.StartsWith("// ", StringComparison.Ordinal) => line[3..],
                _ when line.StartsWith("//", StringComparison.Ordinal) => line[2..],
                _ when string.IsNullOrWhiteSpace(line) => "",
                _ => throw new NotebookException($"{path}: a cell of text has the line '{line.Trim()}', which is code. Begin each line of the text with //, and the next cell with '// %%'."),
            });
        }

        return text;
    }

    private static string Trim(List<string> lines) => string.Join('\n', lines).Trim('\n').TrimEnd();
}
