using Microsoft.CodeAnalysis;
using Microsoft.CodeAnalysis.CSharp;

namespace DeepLearningCourse.Notebooks.Documents;

/// <summary>The lines of C# code that begin inside a literal or a comment of several lines, where a marker is only text.</summary>
internal sealed class LiteralLines
{
    private readonly HashSet<int> lines = [];

    public LiteralLines(IReadOnlyList<string> code)
    {
        var text = string.Join('\n', code);
        var root = CSharpSyntaxTree.ParseText(text, new CSharpParseOptions(LanguageVersion.Latest, preprocessorSymbols: ["NOTEBOOK"], kind: SourceCodeKind.Script)).GetRoot();
        var start = 0;
        for (var i = 0; i < code.Count; i++)
        {
            if (code[i].Length > 0 && (IsInToken(root, start) || IsInComment(root, start)))
            {
                lines.Add(i);
            }

            start += code[i].Length + 1;
        }
    }

    /// <summary>Whether the line, counted from 0, is inside a literal or a comment.</summary>
    public bool Contains(int line) => lines.Contains(line);

    private static bool IsInToken(SyntaxNode root, int position)
    {
        var token = root.FindToken(position);
        return token.Span.Contains(position) && (token.SpanStart < position || token.IsKind(SyntaxKind.InterpolatedStringTextToken));
    }

    private static bool IsInComment(SyntaxNode root, int position)
    {
        var trivia = root.FindTrivia(position);
        return (trivia.IsKind(SyntaxKind.MultiLineCommentTrivia) || trivia.IsKind(SyntaxKind.MultiLineDocumentationCommentTrivia)) && trivia.FullSpan.Start < position;
    }
}
