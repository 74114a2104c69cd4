using System.Reflection;
using System.Runtime.Loader;
using System.Text.RegularExpressions;
using Microsoft.CodeAnalysis;
using Microsoft.CodeAnalysis.CSharp;
using Microsoft.CodeAnalysis.CSharp.Syntax;

namespace DeepLearningCourse.Tests.Architecture;

/// <summary>The C# of the documents compiles as it stands, block after block as one program, and runs.</summary>
public sealed partial class DocumentTests
{
    [TestCase("README.md")]
    [TestCase("README.es.md")]
    public void Its_code_compiles_and_runs(string document)
    {
        var program = Assemble(File.ReadAllText(Repository.PathOf(document)));
        using MemoryStream image = new();
        var result = CSharpCompilation.Create(
            Path.GetFileNameWithoutExtension(document),
            [CSharpSyntaxTree.ParseText(program), CSharpSyntaxTree.ParseText(ImplicitUsings)],
            References(),
            new CSharpCompilationOptions(OutputKind.ConsoleApplication, nullableContextOptions: NullableContextOptions.Enable)
                .WithSpecificDiagnosticOptions(Unified))
            .Emit(image);
        Assert.That(
            result.Diagnostics.Where(d => d.Severity >= DiagnosticSeverity.Warning), Is.Empty, program);

        image.Position = 0;
        var main = AssemblyLoadContext.Default.LoadFromStream(image).EntryPoint!;
        var before = Environment.CurrentDirectory;
        var folder = Directory.CreateTempSubdirectory();
        var console = Console.Out;
        try
        {
            Environment.CurrentDirectory = folder.FullName;
            Console.SetOut(TestContext.Out);
            Assert.That(() => Run(main), Throws.Nothing);
        }
        finally
        {
            Console.SetOut(console);
            Environment.CurrentDirectory = before;
            folder.Delete(recursive: true);
        }
    }

    [Test]
    public void Both_readmes_have_the_same_code_and_as_many_chapters()
    {
        var english = File.ReadAllText(Repository.PathOf("README.md"));
        var spanish = File.ReadAllText(Repository.PathOf("README.es.md"));

        Assert.That(Blocks(spanish).Select(WithoutComments), Is.EqualTo(Blocks(english).Select(WithoutComments)));
        Assert.That(Headings(spanish), Has.Count.EqualTo(Headings(english).Count));
    }

    // As the SDK does: TorchSharp was built against an older runtime than the one it runs on.
    private static readonly Dictionary<string, ReportDiagnostic> Unified = new()
    {
        ["CS1701"] = ReportDiagnostic.Suppress,
        ["CS1702"] = ReportDiagnostic.Suppress,
    };

    private const string ImplicitUsings =
        "global using System; global using System.Collections.Generic; global using System.IO; global using System.Linq;";

    private static void Run(MethodInfo main)
    {
        try
        {
            _ = main.Invoke(null, main.GetParameters().Length == 0 ? null : [Array.Empty<string>()]);
        }
        catch (TargetInvocationException exception)
        {
            throw exception.InnerException!;
        }
    }

    /// <summary>A document shows types where they are explained; a program needs usings, statements and types in this order.</summary>
    private static string Assemble(string document)
    {
        var roots = Blocks(document)
            .Select(block => CSharpSyntaxTree.ParseText(block).GetCompilationUnitRoot())
            .ToList();
        var usings = roots.SelectMany(root => root.Usings).Select(u => u.ToString()).Distinct();
        var statements = roots.SelectMany(root => root.Members.OfType<GlobalStatementSyntax>()).Select(s => s.ToFullString());
        var types = roots.SelectMany(root => root.Members.OfType<BaseTypeDeclarationSyntax>()).Select(t => t.ToFullString());
        return string.Join('\n', [.. usings, .. statements, .. types]);
    }

    private static List<string> Blocks(string document) =>
        [.. CSharpBlock().Matches(document).Select(match => match.Groups[1].Value)];

    private static List<string> Headings(string document) =>
        [.. Heading().Matches(document).Select(match => match.Value)];

    private static string WithoutComments(string block) => Comment().Replace(block, "");

    internal static IEnumerable<MetadataReference> References() =>
        ((string)AppContext.GetData("TRUSTED_PLATFORM_ASSEMBLIES")!).Split(Path.PathSeparator)
            .Where(path => !path.EndsWith("DeepLearningCourse.Tests.dll", StringComparison.Ordinal))
            .Select(path => MetadataReference.CreateFromFile(path));

    [GeneratedRegex("```csharp\r?\n(.*?)```", RegexOptions.Singleline)]
    private static partial Regex CSharpBlock();

    [GeneratedRegex("^#+ .*$", RegexOptions.Multiline)]
    private static partial Regex Heading();

    [GeneratedRegex(@"\s*//.*$", RegexOptions.Multiline)]
    private static partial Regex Comment();
}
