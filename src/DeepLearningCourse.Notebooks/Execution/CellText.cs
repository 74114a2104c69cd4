using Microsoft.CodeAnalysis;
using Microsoft.CodeAnalysis.CSharp;
using Microsoft.CodeAnalysis.CSharp.Syntax;

namespace DeepLearningCourse.Notebooks.Execution;

/// <summary>A cell as the person wrote it, made ready for script mode. What is taken away is blanked, so that lines and columns stay the person's.</summary>
/// <param name="Code">What the compiler gets.</param>
/// <param name="Directives">The lines <c>#r</c>, <c>#i</c> and <c>#!</c>, with their line numbers from 1.</param>
/// <param name="Usings">The variables that a top-level <c>using</c> declared, in their order.</param>
internal sealed record CellText(string Code, IReadOnlyList<(int Line, string Text)> Directives, IReadOnlyList<string> Usings)
{
    // A notebook's directives come before code: one in the middle may stand in a text of several lines.
    private static readonly string[] Starts = ["#r ", "#i ", "#!"];

    public static CellText Read(string cell)
    {
        // As long as what was written: an editor's positions count every unit.
        var lines = cell.Split('\n');
        List<(int, string)> directives = [];
        for (var i = 0; i < lines.Length; i++)
        {
            var line = lines[i].Trim();
            if (Starts.Any(start => line.StartsWith(start, StringComparison.Ordinal)))
            {
                directives.Add((i + 1, line));
                lines[i] = new string(' ', lines[i].Length);
            }
            else if (line.Length > 0 && !line.StartsWith("//", StringComparison.Ordinal))
            {
                break;
            }
        }

        var (code, usings) = WithoutUsingDeclarations(string.Join('\n', lines));
        return new(code, directives, usings);
    }

    // Script mode knows no "using var x = …" at its top level, as its variables live on in the next cell.
    private static (string Code, List<string> Usings) WithoutUsingDeclarations(string code)
    {
        if (!code.Contains("using", StringComparison.Ordinal))
        {
            return (code, []);
        }

        // As a program, where such declarations are allowed, their syntax is known.
        var root = CSharpSyntaxTree.ParseText(code, new CSharpParseOptions(LanguageVersion.Preview)).GetCompilationUnitRoot();
        var text = code.ToCharArray();
        List<string> usings = [];
        foreach (var statement in root.Members.OfType<GlobalStatementSyntax>().Select(member => member.Statement).OfType<LocalDeclarationStatementSyntax>())
        {
            Blank(text, statement.UsingKeyword);
            if (statement.UsingKeyword != default)
            {
                Blank(text, statement.AwaitKeyword);
                usings.AddRange(statement.Declaration.Variables.Select(variable => variable.Identifier.ValueText));
            }
        }

        return (new string(text), usings);
    }

    private static void Blank(char[] text, SyntaxToken token)
    {
        if (token != default)
        {
            text.AsSpan(token.SpanStart, token.Span.Length).Fill(' ');
        }
    }
}
