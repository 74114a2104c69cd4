using DeepLearningCourse.Notebooks.Documents;
using FsCheck;
using FsCheck.Fluent;
using Microsoft.CodeAnalysis;
using Microsoft.CodeAnalysis.CSharp;

namespace DeepLearningCourse.Notebooks.Tests.Documents;

public sealed class RoundTripTests
{
    private const string ImplicitUsings = "global using System; global using System.Collections.Generic; global using System.IO; global using System.Linq; global using System.Threading.Tasks;";

    private static readonly Gen<(string Kind, string Text)> Cell = Gen.Elements(
        ("code", "var v$ = $;\nConsole.WriteLine(v$);"),
        ("code", "// only a comment $"),
        ("code", "var r$ = \"\"\"\n// %% no cell\n#if NOTEBOOK\n#endif\n  text\n\"\"\";\nr$"),
        ("code", "#region a\nvar g$ = 1; // %% at the end\n#endregion"),
        ("code", "/* a\n// %% no cell\n*/\nvar c$ = 1;"),
        ("code", "#if DEBUG\nvar d$ = 1;\n#else\nvar d$ = 2;\n#endif"),
        ("code", "using var s$ = new StringWriter();"),
        ("code", "int F$(int x) => x + 1;\nF$($) // shown"),
        ("code", "var a$ = $; a$"),
        ("code", "new[] { 1 }\n    .Select(x => x + $)"),
        ("code", "/// <summary>Doc.</summary>\n[Serializable]\nclass T$\n{\n    // %%\n    public int X;\n}"),
        ("code", "/** doc */\nrecord P$(int X); // one\n\n// The second.\nenum E$ { A }"),
        ("markdown", "# Título $\n\n    indented\n%% [markdown]\n// slashes 🙂"),
        ("markdown", "%%"),
        ("raw", "raw $"));

    private static readonly Arbitrary<(string Kind, string Text)[]> Cells =
        Cell.ArrayOf().Select(cells => cells.Select((cell, i) => (cell.Item1, cell.Item2.Replace("$", $"{i}", StringComparison.Ordinal))).ToArray()).ToArbitrary();

    [Test]
    public void Notebook_to_program_to_notebook_gives_the_same_cells() => Check.One(
        Config.QuickThrowOnFailure.WithMaxTest(150).WithReplay(7, 11),
        Prop.ForAll(Cells, cells =>
        {
            var again = Parse(SourceWriter.Write(Notebook(cells)));
            Assert.That(again.Cells.Select(cell => (cell.Kind, cell.Source)), Is.EqualTo(cells));
        }));

    [Test]
    public void Program_to_notebook_to_program_gives_the_same_file() => Check.One(
        Config.QuickThrowOnFailure.WithMaxTest(150).WithReplay(7, 13),
        Prop.ForAll(Cells, cells =>
        {
            var program = SourceWriter.Write(Notebook(cells));
            Assert.That(SourceWriter.Write(NotebookDocument.Parse(Parse(program).ToJson(), "a.ipynb")), Is.EqualTo(program));
        }));

    [Test]
    public void A_written_program_compiles() => Check.One(
        Config.QuickThrowOnFailure.WithMaxTest(20).WithReplay(7, 17),
        Prop.ForAll(Cells, cells =>
        {
            var program = SourceWriter.Write(Notebook([("code", "using System.Text;\nvar first = new StringBuilder();"), .. cells]));
            Assert.That(Errors(program), Is.Empty, program);
        }));

    [Test]
    public void Types_in_a_cell_with_statements_keep_their_comments_in_the_program()
    {
        var program = SourceWriter.Write(Notebook([("code", "var a = new A();\n/** What A is. */\nclass A; // short\nConsole.WriteLine(a)")]));

        Assert.That(Errors(program), Is.Empty, program);
        Assert.That(program, Does.EndWith("// %% [type before cell-1]\n/** What A is. */\nclass A; // short\n"));
    }

    [Test]
    public void An_expression_after_the_end_of_a_literal_gets_a_line_of_its_own()
    {
        var program = SourceWriter.Write(Notebook([("code", "var r = \"\"\"\n  text\n  \"\"\"; r")]));

        Assert.That(Errors(program), Is.Empty, program);
        Assert.That(Parse(program).Cells.Single().Source, Does.EndWith("\"\"\";\nr"));
    }

    [Test]
    public void Cells_with_the_same_label_are_told_apart()
    {
        var one = SourceFile.Parse("// %% uso\nvar a = new A();\n// %% [type before uso]\nclass A;", "a.cs");
        var two = SourceFile.Parse("// %% uso\nvar b = new B();\n// %% [type before uso]\nclass B;\nclass A;", "b.cs");
        var both = NotebookBuilder.Build([one, two]);

        string[] expected = ["class A;", "var a = new A();", "class B;", "var b = new B();"];
        Assert.That(both.Cells.Select(cell => cell.Source), Is.EqualTo(expected));
        Assert.That(Parse(SourceWriter.Write(both)).Cells.Select(cell => cell.Source), Is.EqualTo(expected));
    }

    [Test]
    public void Types_without_a_place_come_after_the_usings_cell()
    {
        var document = Parse("using System.Text;\n\n// %% [markdown]\n// # A\n\n// %% [markdown]\n// B\n\n// %%\nvar a = 1;\n\n// %% [type]\nclass A;");

        Assert.That(document.Cells.Select(cell => cell.Source), Is.EqualTo(new[] { "# A", "using System.Text;", "class A;", "B", "var a = 1;" }));
    }

    [TestCase("// %%\n#if NOTEBOOK // rich\nx\n#else // plain\ny\n#endif // NOTEBOOK", "x")]
    [TestCase("// %%\nvar s = @\"\n#if NOTEBOOK\n// %% a\n\";", "var s = @\"\n#if NOTEBOOK\n// %% a\n\";")]
    [TestCase("// %%\nvar s = $\"\"\"\n{1}\n// %% a\n\"\"\";", "var s = $\"\"\"\n{1}\n// %% a\n\"\"\";")]
    public void Conditions_and_markers_are_read_as_the_compiler_reads_them(string program, string cell) =>
        Assert.That(Parse(program).Cells.Single().Source, Is.EqualTo(cell));

    [TestCase("#:property A=1\n\n// %%\n#if NOTEBOOK\nx", "line 4")]
    [TestCase("#:property A=1\n#if NOTEBOOK\n#elif B\n#endif", "line 3")]
    public void The_line_of_a_wrong_condition_is_the_files(string program, string line) =>
        Assert.That(() => Parse(program), Throws.TypeOf<NotebookException>().With.Message.Contains($"topic.cs, {line}:"));

    private static NotebookDocument Parse(string program) => NotebookBuilder.Build([SourceFile.Parse(program, "topic.cs")]);

    private static NotebookDocument Notebook((string Kind, string Text)[] cells) => NotebookDocument.New(cells.Select(cell => NotebookCell.New(cell.Kind, cell.Text)));

    private static string[] Errors(string program)
    {
        var options = new CSharpParseOptions(LanguageVersion.Latest).WithFeatures([new("FileBasedProgram", "true")]);
        var references = ((string)AppContext.GetData("TRUSTED_PLATFORM_ASSEMBLIES")!).Split(Path.PathSeparator).Select(path => MetadataReference.CreateFromFile(path));
        var compilation = CSharpCompilation.Create(
            "program",
            [CSharpSyntaxTree.ParseText(program, options), CSharpSyntaxTree.ParseText(ImplicitUsings, options)],
            references,
            new CSharpCompilationOptions(OutputKind.ConsoleApplication));
        return [.. compilation.GetDiagnostics().Where(each => each.Severity == DiagnosticSeverity.Error).Select(each => each.ToString())];
    }
}
