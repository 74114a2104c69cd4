using System.Reflection;
using System.Runtime.Loader;
using System.Text.RegularExpressions;

namespace DeepLearningCourse.Tests.Architecture;

/// <summary>The C# of the documents compiles as it stands, block after block as one program, and runs.</summary>
public sealed partial class DocumentTests
{
    [TestCase("README.md")]
    [TestCase("README.es.md")]
    public void Its_code_compiles_and_runs(string document)
    {
        using MemoryStream image = new();
        DocumentProgram.Compile(DocumentProgram.Blocks(File.ReadAllText(Repository.PathOf(document))), Path.GetFileNameWithoutExtension(document), image);

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

        Assert.That(DocumentProgram.Blocks(spanish).Select(WithoutComments), Is.EqualTo(DocumentProgram.Blocks(english).Select(WithoutComments)));
        Assert.That(Headings(spanish), Has.Count.EqualTo(Headings(english).Count));
    }

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

    private static List<string> Headings(string document) =>
        [.. Heading().Matches(document).Select(match => match.Value)];

    private static string WithoutComments(string block) => Comment().Replace(block, "");

    [GeneratedRegex("^#+ .*$", RegexOptions.Multiline)]
    private static partial Regex Heading();

    [GeneratedRegex(@"\s*//.*$", RegexOptions.Multiline)]
    private static partial Regex Comment();
}
