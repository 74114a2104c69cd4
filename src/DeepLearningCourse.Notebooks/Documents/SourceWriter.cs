using System.Globalization;
using System.Text;
using Microsoft.CodeAnalysis;
using Microsoft.CodeAnalysis.CSharp;
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

    private static readonly CSharpParseOptions Script = new(LanguageVersion.Latest, kind: SourceCodeKind.Script);

    public static string Write(NotebookDocument document)
    {
        List<string> directives = [.. document.Directives.Count > 0 ? document.Directives : OwnDirectives];
        List<string> usings = [];
        List<(SourceMarker Marker, string Text)> parts = [];
        List<(SourceMarker Marker, string Text)> types = [];
        List<string> waiting = [];
        HashSet<string> labels = [.. document.Cells.Select(cell => cell.Label).OfType<string>()];

        foreach (var cell in document.Cells)
        {
            if (!cell.IsCode)
            {
                parts.Add((new SourceMarker(cell.Kind == "raw" ? SourceKind.Raw : SourceKind.Markdown, null), Comments(cell.Source)));
                continue;
            }

            var split = CellParts.Read(TakePackages(cell.Source, directives));
            usings.AddRange(split.Usings.Except(usings));
            if (split.Types.Length > 0)
            {
                waiting.Add(split.Types);
            }

            if (split.Statements.Length > 0)
            {
                var label = cell.Label ?? (waiting.Count > 0 ? NewLabel(labels) : null);
                parts.Add((new SourceMarker(SourceKind.Code, label), WithShownValue(split.Statements)));
                types.AddRange(waiting.Select(text => (new SourceMarker(SourceKind.Type, label), text)));
                waiting.Clear();
            }
        }

        types.AddRange(waiting.Select(text => (new SourceMarker(SourceKind.LastType, null), text)));
        return Join(directives, usings, [.. parts, .. types]);
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

    private static string Comments(string text) => string.Join('\n', text.Split('\n').Select(line => line.Length > 0 ? $"// {line}" : "//"));

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

    /// <summary>A notebook shows the value of a last expression; a program has to write it.</summary>
    private static string WithShownValue(string code)
    {
        var root = CSharpSyntaxTree.ParseText(code, Script).GetCompilationUnitRoot();
        if (root.Members.LastOrDefault() is not GlobalStatementSyntax { Statement: ExpressionStatementSyntax { SemicolonToken.IsMissing: true } statement })
        {
            return code;
        }

        // From the line's beginning, with the comments above it left where they are.
        var start = code.LastIndexOf('\n', Math.Max(0, statement.SpanStart - 1)) + 1;
        var before = code[..start];
        var rest = code[start..];
        return $"{before}{NotebookSymbol.If}\n{rest}\n{NotebookSymbol.Else}\n{code[start..statement.SpanStart]}Console.WriteLine({statement.Expression});\n{NotebookSymbol.EndIf}";
    }
}
