using DeepLearningCourse.Notebooks.Commands;
using DeepLearningCourse.Notebooks.Documents;
using DeepLearningCourse.Tests.Data;

namespace DeepLearningCourse.Notebooks.Tests.Documents;

public sealed class ConversionTests
{
    private const string Source = """
        #:project ../src/DeepLearningCourse/DeepLearningCourse.csproj
        #:package Humanizer.Core@2.14.1
        // Tensores: la primera idea.
        //
        //   dotnet run examples/tensores.cs
        using System.Globalization;
        using static System.Math;

        // %% [markdown]
        // # Tensores
        //
        // Un *tensor* es $x \in R^n$.

        // %%
        var x = Max(1, 2);
        #if NOTEBOOK
        x
        #else
        Console.WriteLine(x);
        #endif

        // %% [markdown]
        // ## Una clase

        // %% uso
        var p = new Point(x);
        Console.WriteLine(p);

        // %% [type before uso]
        /// <summary>Un punto.</summary>
        record Point(int X);
        """;

    [Test]
    public void A_program_becomes_cells_in_the_notebooks_order()
    {
        var document = Build(Source);

        Assert.That(document.Cells.Select(cell => (cell.Kind, cell.Source)), Is.EqualTo(new[]
        {
            ("markdown", "# Tensores\n\nUn *tensor* es $x \\in R^n$."),
            ("code", "#r \"nuget: Humanizer.Core, 2.14.1\"\nusing System.Globalization;\nusing static System.Math;"),
            ("code", "var x = Max(1, 2);\nx"),
            ("markdown", "## Una clase"),
            ("code", "/// <summary>Un punto.</summary>\nrecord Point(int X);"),
            ("code", "var p = new Point(x);\nConsole.WriteLine(p);"),
        }));
        Assert.That(document.Directives, Has.Count.EqualTo(2));
    }

    [Test]
    public void A_program_comes_back_from_its_notebook()
    {
        var withoutHeader = string.Join('\n', Source.Split('\n').Where(line => !line.StartsWith("// Tens", StringComparison.Ordinal) && line != "//" && !line.StartsWith("//  ", StringComparison.Ordinal)))
            .Replace("// # Tensores\n// Un", "// # Tensores\n//\n// Un", StringComparison.Ordinal);

        Assert.That(SourceWriter.Write(Build(Source)).TrimEnd(), Is.EqualTo(withoutHeader.TrimEnd()));
    }

    [Test]
    public void Cells_come_back_from_their_program()
    {
        var document = Build(Source);
        document.Cells.Add(NotebookCell.New("raw", "raw text"));
        document.Cells.Add(NotebookCell.New("code", "enum Last { A }"));

        var again = Build(SourceWriter.Write(document));

        Assert.That(again.Cells.Select(cell => (cell.Kind, cell.Source)), Is.EqualTo(document.Cells.Select(cell => (cell.Kind, cell.Source))));
    }

    [Test]
    public void A_cell_of_everything_is_taken_apart_for_a_program()
    {
        var document = NotebookDocument.New([NotebookCell.New("code", "using System.Text;\nvar b = new B();\n// Una clase.\nclass B { }\nb")]);

        var program = SourceWriter.Write(document);

        Assert.That(program, Does.Contain("using System.Text;\n\n// %% cell-1\nvar b = new B();\n#if NOTEBOOK\nb\n#else\nConsole.WriteLine(b);\n#endif\n\n// %% [type before cell-1]\n// Una clase.\nclass B { }"));
        Assert.That(program, Does.StartWith("#:package DeepLearningCourse@"));
    }

    [Test]
    public void Several_programs_make_one_notebook_with_each_using_and_type_once()
    {
        const string Other = "using System.Globalization;\nusing System.Text;\n\n// %%\nvar z = 1;\n\n// %% [type]\n/// <summary>Un punto.</summary>\nrecord Point(int X);";

        var document = NotebookBuilder.Build([SourceFile.Parse(Source, "a.cs"), SourceFile.Parse(Other, "b.cs")]);

        Assert.That(document.Cells.Count(cell => cell.Source.Contains("record Point", StringComparison.Ordinal)), Is.EqualTo(1));
        Assert.That(document.Cells[1].Source, Is.EqualTo("#r \"nuget: Humanizer.Core, 2.14.1\"\nusing System.Globalization;\nusing static System.Math;\nusing System.Text;"));
        Assert.That(document.Cells[^1].Source, Is.EqualTo("var z = 1;"));
    }

    [TestCase("// %% [markdown]\nvar x = 1;", "var x = 1;")]
    [TestCase("// %% [type before nowhere]\nclass A;", "nowhere")]
    [TestCase("#if NOTEBOOK\nx", "line 1")]
    public void A_file_that_cannot_be_converted_says_where(string source, string where) =>
        Assert.That(() => SourceFile.Parse(source, "topic.cs"), Throws.TypeOf<NotebookException>().With.Message.Contains(where).And.Message.Contains("topic.cs"));

    [Test]
    public void Other_conditions_stay_in_the_cell()
    {
        var file = SourceFile.Parse("// %%\n#if DEBUG\nvar a = 1;\n#else\nvar a = 2;\n#endif\n#if !NOTEBOOK\nvar b = 1;\n#endif", "a.cs");

        Assert.That(file.Cells.Single().Source, Is.EqualTo("#if DEBUG\nvar a = 1;\n#else\nvar a = 2;\n#endif"));
    }

    [Test]
    public void Converting_again_keeps_the_outputs_of_cells_that_say_the_same()
    {
        using TemporaryFolder folder = new();
        var (source, notebook) = (Path.Combine(folder.FullName, "a.cs"), Path.Combine(folder.FullName, "a.ipynb"));
        File.WriteAllText(source, "// %%\nvar x = 1;\n// %%\nvar y = 2;");
        ConvertCommand.Run([source, notebook], false, false, TextWriter.Null);
        var document = NotebookDocument.Read(notebook);
        foreach (var cell in document.Cells)
        {
            cell.Outputs.Add(new System.Text.Json.Nodes.JsonObject { ["output_type"] = "stream", ["name"] = "stdout", ["text"] = "out" });
        }

        document.Write(notebook);
        File.WriteAllText(source, "// %%\nvar x = 1;\n// %%\nvar y = 3;");
        ConvertCommand.Run([source, notebook], false, false, TextWriter.Null);

        Assert.That(NotebookDocument.Read(notebook).Cells.Select(cell => cell.Outputs.Count), Is.EqualTo(new[] { 1, 0 }));
    }

    [Test]
    public void Converting_again_keeps_tags_and_pictures_of_cells_that_say_the_same()
    {
        var earlier = NotebookDocument.Parse("""
            { "nbformat": 4, "nbformat_minor": 5, "metadata": {}, "cells": [
              { "cell_type": "markdown", "id": "a", "source": "![p](attachment:p.png)", "attachments": { "p.png": { "image/png": "AAAA" } }, "metadata": { "tags": ["t"], "dlc": { "label": "old" } } },
              { "cell_type": "code", "id": "b", "source": "1", "execution_count": null, "outputs": [], "metadata": { "tags": ["u"] } } ] }
            """, "a.ipynb");
        var made = Build("// %% [markdown]\n// ![p](attachment:p.png)\n\n// %% new\n1\n\n// %%\n2");

        made.TakeOutputsFrom(earlier);

        Assert.That(made.Cells[0].Json["attachments"]!["p.png"]!["image/png"]!.GetValue<string>(), Is.EqualTo("AAAA"));
        Assert.That(made.Cells[0].Label, Is.Null);
        Assert.That(made.Cells[1].Json["metadata"]!.ToJsonString(), Does.Contain("new").And.Contain("\"u\""));
        Assert.That(made.Cells[2].Json["metadata"]!.ToJsonString(), Is.EqualTo("{}"));
    }

    [Test]
    public void A_notebook_is_compared_with_its_programs()
    {
        using TemporaryFolder folder = new();
        var (source, notebook) = (Path.Combine(folder.FullName, "a.cs"), Path.Combine(folder.FullName, "a.ipynb"));
        File.WriteAllText(source, "// %%\nvar x = 1;");
        ConvertCommand.Run([source, notebook], false, false, TextWriter.Null);
        StringWriter output = new();

        Assert.That(ConvertCommand.Run([source, notebook], true, false, output), Is.EqualTo(ExitCode.Done));
        File.WriteAllText(source, "// %%\nvar x = 2;");
        Assert.That(ConvertCommand.Run([source, notebook], true, false, output), Is.EqualTo(ExitCode.Failed));
        Assert.That(output.ToString(), Does.Contain("cell 1").And.Contain("var x = 2;"));
    }

    [Test]
    public void A_notebook_knows_its_programs_and_is_made_again_from_them()
    {
        using TemporaryFolder folder = new();
        Directory.CreateDirectory(Path.Combine(folder.FullName, "notebooks"));
        var (source, notebook) = (Path.Combine(folder.FullName, "a.cs"), Path.Combine(folder.FullName, "notebooks", "a.ipynb"));
        File.WriteAllText(source, "// %%\nvar x = 1;");
        ConvertCommand.Run([source, notebook], false, false, TextWriter.Null);
        Assert.That(NotebookDocument.Read(notebook).Sources, Is.EqualTo(new[] { "../a.cs" }));

        File.WriteAllText(source, "// %%\nvar x = 2;");
        Assert.That(ConvertCommand.Run([notebook], true, false, TextWriter.Null), Is.EqualTo(ExitCode.Failed));
        ConvertCommand.Run([notebook], false, false, TextWriter.Null);

        Assert.That(NotebookDocument.Read(notebook).Cells.Single().Source, Is.EqualTo("var x = 2;"));
    }

    [Test]
    public void A_program_with_other_text_is_not_written_over()
    {
        using TemporaryFolder folder = new();
        var (source, notebook) = (Path.Combine(folder.FullName, "a.cs"), Path.Combine(folder.FullName, "a.ipynb"));
        NotebookDocument.New([NotebookCell.New("code", "var x = 1;")]).Write(notebook);
        File.WriteAllText(source, "// mine");

        Assert.That(() => ConvertCommand.Run([notebook, source], false, false, TextWriter.Null), Throws.TypeOf<NotebookException>().With.Message.Contains("--force"));
        Assert.That(File.ReadAllText(source), Is.EqualTo("// mine"));
        Assert.That(ConvertCommand.Run([notebook, source], false, true, TextWriter.Null), Is.EqualTo(ExitCode.Done));
        Assert.That(File.ReadAllText(source), Does.Contain("var x = 1;"));
    }

    private static NotebookDocument Build(string source) => NotebookBuilder.Build([SourceFile.Parse(source, "topic.cs")]);
}
