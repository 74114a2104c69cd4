using DeepLearningCourse.Notebooks.Execution;
using Microsoft.CodeAnalysis;
using Microsoft.CodeAnalysis.CSharp;
using Microsoft.CodeAnalysis.CSharp.Syntax;

namespace DeepLearningCourse.Notebooks.Documents;

/// <summary>The syntax of a cell, with the positions of its text.</summary>
internal static class CellSyntax
{
    private static readonly CSharpParseOptions Script = new(LanguageVersion.Latest, kind: SourceCodeKind.Script);

    public static CompilationUnitSyntax Parse(string code)
    {
        // A script would read "using var x = …" as a using of a namespace; without the word, it reads the declaration.
        var readable = CellText.Read(code).Code;
        return CSharpSyntaxTree.ParseText(readable.Length == code.Length ? readable : code, Script).GetCompilationUnitRoot();
    }
}
