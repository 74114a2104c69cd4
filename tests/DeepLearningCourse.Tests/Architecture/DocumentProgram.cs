using System.Text.RegularExpressions;
using Microsoft.CodeAnalysis;
using Microsoft.CodeAnalysis.CSharp;
using Microsoft.CodeAnalysis.CSharp.Syntax;

namespace DeepLearningCourse.Tests.Architecture;

/// <summary>The C# of a document, block after block as one program.</summary>
internal static partial class DocumentProgram
{
    private const string ImplicitUsings =
        "global using System; global using System.Collections.Generic; global using System.IO; global using System.Linq;";

    // As the SDK does: TorchSharp was built against an older runtime than the one it runs on.
    private static readonly Dictionary<string, ReportDiagnostic> Unified = new()
    {
        ["CS1701"] = ReportDiagnostic.Suppress,
        ["CS1702"] = ReportDiagnostic.Suppress,
    };

    public static List<string> Blocks(string document) =>
        [.. CSharpBlock().Matches(document).Select(match => match.Groups[1].Value)];

    /// <summary>Compiles blocks into a stream; warnings are failures.</summary>
    public static void Compile(IEnumerable<string> blocks, string name, Stream image)
    {
        var program = Assemble(blocks);
        var result = CSharpCompilation.Create(
            name,
            [CSharpSyntaxTree.ParseText(program), CSharpSyntaxTree.ParseText(ImplicitUsings)],
            References(),
            new CSharpCompilationOptions(OutputKind.ConsoleApplication, nullableContextOptions: NullableContextOptions.Enable)
                .WithSpecificDiagnosticOptions(Unified))
            .Emit(image);
        Assert.That(
            result.Diagnostics.Where(d => d.Severity >= DiagnosticSeverity.Warning), Is.Empty, program);
    }

    /// <summary>A document shows types where they are explained; a program needs usings, statements and types in this order.</summary>
    private static string Assemble(IEnumerable<string> blocks)
    {
        var roots = blocks
            .Select(block => CSharpSyntaxTree.ParseText(block).GetCompilationUnitRoot())
            .ToList();
        var usings = roots.SelectMany(root => root.Usings).Select(u => u.ToString()).Distinct();
        var statements = roots.SelectMany(root => root.Members.OfType<GlobalStatementSyntax>()).Select(s => s.ToFullString());
        var types = roots.SelectMany(root => root.Members.OfType<BaseTypeDeclarationSyntax>()).Select(t => t.ToFullString());
        return string.Join('\n', [.. usings, .. statements, .. types]);
    }

    internal static IEnumerable<MetadataReference> References() =>
        ((string)AppContext.GetData("TRUSTED_PLATFORM_ASSEMBLIES")!).Split(Path.PathSeparator)
            .Where(path => !path.EndsWith("DeepLearningCourse.Tests.dll", StringComparison.Ordinal))
            .Select(path => MetadataReference.CreateFromFile(path));

    [GeneratedRegex("```csharp\r?\n(.*?)```", RegexOptions.Singleline)]
    private static partial Regex CSharpBlock();
}
