using Microsoft.CodeAnalysis;
using Microsoft.CodeAnalysis.CSharp;
using Microsoft.CodeAnalysis.CSharp.Syntax;
using Microsoft.CodeAnalysis.Text;

namespace DeepLearningCourse.Notebooks.Documents;

/// <summary>What a program keeps in three places, and a cell may have in one.</summary>
internal sealed record CellParts(IReadOnlyList<string> Usings, string Statements, string Types)
{
    public static CellParts Read(string code)
    {
        var root = CellSyntax.Parse(code);
        var types = root.Members.Where(member => member is BaseTypeDeclarationSyntax or DelegateDeclarationSyntax).ToList();
        var taken = root.Usings.Select(each => WithItsLineEnd(code, each.Span))
            .Concat(types.Select(type => WithItsLineEnd(code, WithComments(type))))
            .OrderByDescending(span => span.Start)
            .ToList();
        var statements = taken.Aggregate(code, (text, span) => text.Remove(span.Start, span.Length));

        // What is left when all is types is a comment about them.
        return types.Count > 0 && types.Count == root.Members.Count
            ? new([.. root.Usings.Select(each => each.ToString())], "", Without(code, root.Usings))
            : new([.. root.Usings.Select(each => each.ToString())], Trim(statements), Trim(string.Join("\n\n", types.Select(type => code.Substring(WithComments(type).Start, WithComments(type).Length)))));
    }

    private static string Without(string code, SyntaxList<UsingDirectiveSyntax> usings) =>
        Trim(usings.Reverse().Aggregate(code, (text, each) => WithItsLineEnd(code, each.Span) is var span ? text.Remove(span.Start, span.Length) : text));

    private static TextSpan WithComments(MemberDeclarationSyntax type)
    {
        var first = type.GetLeadingTrivia().FirstOrDefault(trivia => trivia.IsKind(SyntaxKind.SingleLineCommentTrivia) || trivia.IsKind(SyntaxKind.SingleLineDocumentationCommentTrivia)
            || trivia.IsKind(SyntaxKind.MultiLineCommentTrivia) || trivia.IsKind(SyntaxKind.MultiLineDocumentationCommentTrivia));
        var last = type.GetTrailingTrivia().LastOrDefault(trivia => trivia.IsKind(SyntaxKind.SingleLineCommentTrivia));
        var start = first == default ? type.SpanStart : first.FullSpan.Start;
        return TextSpan.FromBounds(start, last == default ? type.Span.End : last.FullSpan.End);
    }

    private static TextSpan WithItsLineEnd(string code, TextSpan span) =>
        span.End < code.Length && code[span.End] == '\n' ? TextSpan.FromBounds(span.Start, span.End + 1) : span;

    private static string Trim(string code) => code.Trim('\n').TrimEnd();
}
