using System.Globalization;
using System.Text;
using Microsoft.CodeAnalysis.CSharp.Syntax;

namespace DeepLearningCourse.Notebooks.Documents;

/// <summary>Makes a C# file of a notebook, a program with <c>dotnet run file.cs</c>, from which the same cells can be made again.</summary>
internal static class SourceWriter
{
    private static readonly string[] OwnDirectives =
    [
        $"#:package DeepLearningCourse@{typeof(Runtime.LibTorch).Assembly.GetName().Version!.ToString(3)}",
        $"#:package libtorch-cpu-{Packages.PackageRestore.System}@{Packages.NativeTorch.Version}",
        "#:property PublishAot=false",
    ];

    public static string Write(NotebookDocument document)
    {
        List<string> directives = [.. document.Directives.Count > 0 ? document.Directives : OwnDirectives];
        List<string> usings = [];
        List<(SourceMarker Marker, string Text)> parts = [];
        List<(SourceMarker Marker, string Text)> types = [];
        List<string> waiting = [];
        HashSet<string> labels = [.. document.Cells.Select(cell => cell.Label).OfType<string>()];
        HashSet<string> written = [];

        foreach (var cell in document.Cells)
        {
            var source = cell.Source.Replace("\r\n", "\n", StringComparison.Ordinal);
            if (string.IsNullOrWhiteSpace(source))
            {
                continue;
            }

            if (!cell.IsCode)
            {
                Add(cell, cell.Kind == "raw" ? SourceKind.Raw : SourceKind.Markdown, Comments(source));
                continue;
            }

            var split = CellParts.Read(TakePackages(source, directives));
            usings.AddRange(split.Usings.Except(usings));
            if (split.Types.Length > 0)
            {
                waiting.Add(WithoutMarkers(split.Types));
            }

            if (split.Statements.Length > 0)
            {
                Add(cell, SourceKind.Code, WithShownValue(WithoutMarkers(split.Statements)));
            }
        }

        types.AddRange(waiting.Select(text => (new SourceMarker(SourceKind.LastType, null), text)));
        return Join(directives, usings, [.. parts, .. types]);

        // Types wait for the next cell, whatever it is, and name it.
        void Add(NotebookCell cell, SourceKind kind, string text)
        {
            var own = cell.Label is { } name && written.Add(name) ? name : null;
            var label = own ?? (waiting.Count > 0 ? NewLabel(labels) : null);
            parts.Add((new SourceMarker(kind, label), text));
            types.AddRange(waiting.Select(text => (new SourceMarker(SourceKind.Type, label), text)));
            waiting.Clear();
        }
    }

    private static string Join(List<string> directives, List<string> usings, IReadOnlyList<(SourceMarker Marker, string Text)> parts)
    {
        StringBuilder text = new();
        text.AppendJoin('\n', directives).Append(directives.Count > 0 ? "\n" : "");
        text.AppendJoin('\n', usings).Append(usings.Count > 0 ? "\n" : "");
        foreach (var (marker, content) in parts)
        {
            text.Append('\n').Append(marker).Append('\n').Append(content).Append('\n');
        }

        return text.ToString();
    }

    private static string TakePackages(string source, List<string> directives)
    {
        var lines = source.Split('\n').ToList();
        for (var i = lines.Count - 1; i >= 0; i--)
        {
            if (PackageLines.ToProgram(lines[i]) is { } directive)
            {
                lines.RemoveAt(i);
                if (!directives.Contains(directive))
                {
                    directives.Add(directive);
                }
            }
        }

        return string.Join('\n', lines);
    }

    private static string Comments(string text) => string.Join('\n', text.Split('\n').Select(line => line.Length == 0 ? "//" : line.StartsWith("%%", StringComparison.Ordinal) ? $"//{line}" : $"// {line}"));

    // A comment that looks like the beginning of a cell would become one.
    private static string WithoutMarkers(string code)
    {
        var lines = code.Split('\n');
        LiteralLines literals = new(lines);
        return string.Join('\n', lines.Select((line, i) => SourceMarker.Read(line) is not null && !literals.Contains(i) ? " " + line : line));
    }

    private static string NewLabel(HashSet<string> labels)
    {
        for (var i = 1; ; i++)
        {
            var label = $"cell-{i.ToString(CultureInfo.InvariantCulture)}";
            if (labels.Add(label))
            {
                return label;
            }
        }
    }

    // What writes to the console has no value to write.
    private static string AsStatement(ExpressionSyntax expression) =>
        expression is InvocationExpressionSyntax { Expression: MemberAccessExpressionSyntax { Expression: IdentifierNameSyntax { Identifier.Text: "Console" }, Name.Identifier.Text: "Write" or "WriteLine" } }
            ? $"{expression};"
            : $"Console.WriteLine({expression});";

    /// <summary>A notebook shows the value of a last expression; a program has to write it.</summary>
    private static string WithShownValue(string code)
    {
        var root = CellSyntax.Parse(code);
        if (root.Members.LastOrDefault() is not GlobalStatementSyntax { Statement: ExpressionStatementSyntax { SemicolonToken.IsMissing: true } statement })
        {
            return code;
        }

        // From the line's beginning, with the comments above it left where they are.
        var start = code.LastIndexOf('\n', Math.Max(0, statement.SpanStart - 1)) + 1;
        // A condition cannot begin where the end of a literal stands: the expression gets a line of its own.
        if (new LiteralLines(code.Split('\n')).Contains(code.AsSpan(0, start).Count('\n')))
        {
            start = statement.SpanStart;
        }

        var before = start > 0 && code[start - 1] != '\n' ? code[..start].TrimEnd(' ') + "\n" : code[..start];
        var rest = code[start..];
        return $"{before}{NotebookSymbol.If}\n{rest}\n{NotebookSymbol.Else}\n{code[start..statement.SpanStart]}{AsStatement(statement.Expression)}\n{NotebookSymbol.EndIf}";
    }
}
