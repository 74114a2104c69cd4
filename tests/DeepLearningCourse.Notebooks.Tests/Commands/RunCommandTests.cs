using DeepLearningCourse.Notebooks.Commands;
using DeepLearningCourse.Notebooks.Documents;
using DeepLearningCourse.Notebooks.Execution;
using DeepLearningCourse.Tests.Data;

namespace DeepLearningCourse.Notebooks.Tests.Commands;

[NonParallelizable]
public sealed class RunCommandTests
{
    private TemporaryFolder folder = null!;
    private StringWriter console = null!;

    private string Notebook => Path.Combine(folder.FullName, "a.ipynb");

    [SetUp]
    public void Begin() => (folder, console) = (new TemporaryFolder(), new StringWriter());

    [TearDown]
    public void End()
    {
        folder.Dispose();
        console.Dispose();
    }

    [Test]
    public void Cells_run_in_order_and_their_outputs_are_written_back()
    {
        Write("var x = 20;\nConsole.Write(\"a\");\nConsole.Write(\"b\\n\");", "# text", "x + 22", "display(HTML(\"<b>x</b>\")).Update(HTML(\"<b>y</b>\"));");

        Assert.That(Run(), Is.EqualTo(ExitCode.Done));

        var cells = NotebookDocument.Read(Notebook).Cells;
        Assert.That(cells[0].Outputs.Single()!.ToJsonString(), Is.EqualTo("""{"name":"stdout","output_type":"stream","text":["ab\n"]}"""));
        Assert.That(cells[2].Outputs.Single()!["data"]!["text/plain"]![0]!.GetValue<string>(), Is.EqualTo("42"));
        Assert.That(cells[2].Json["execution_count"]!.GetValue<int>(), Is.EqualTo(2));
        Assert.That(cells[3].Outputs.Single()!["data"]!["text/html"]![0]!.GetValue<string>(), Is.EqualTo("<b>y</b>"), "the last state, once");
        Assert.That(console.ToString(), Does.Contain("ab").And.Contain("42"));
    }

    [Test]
    public void A_cell_that_fails_ends_the_run_is_named_and_loses_nothing()
    {
        Write("Console.WriteLine(\"done\");", "# text", "var a = 1;\nthrow new InvalidOperationException(\"broken\");", "1");
        var document = NotebookDocument.Read(Notebook);
        document.Cells[3].Outputs.Add(new System.Text.Json.Nodes.JsonObject { ["output_type"] = "stream", ["name"] = "stdout", ["text"] = "old" });
        document.Write(Notebook);

        Assert.That(Run(), Is.EqualTo(ExitCode.Failed));

        var cells = NotebookDocument.Read(Notebook).Cells;
        Assert.That(cells[0].Outputs, Has.Count.EqualTo(1));
        Assert.That(cells[2].Outputs.Single()!["ename"]!.GetValue<string>(), Is.EqualTo("InvalidOperationException"));
        Assert.That(cells[3].Outputs, Is.Empty, "it did not run");
        Assert.That(console.ToString(), Does.Contain("cell 3, line 2: InvalidOperationException: broken"));
    }

    [Test]
    public void The_cells_after_a_failure_run_if_asked_for()
    {
        Write("throw new Exception(\"a\");", "7");

        Assert.That(Run(keepGoing: true), Is.EqualTo(ExitCode.Failed));
        Assert.That(NotebookDocument.Read(Notebook).Cells[1].Outputs, Has.Count.EqualTo(1));
    }

    [Test, TimeLimit(120)]
    public void A_cell_that_takes_too_long_is_ended()
    {
        Write("while (true) { }");

        Assert.That(Run(timeout: 0.5), Is.EqualTo(ExitCode.Failed));
        Assert.That(console.ToString(), Does.Contain("Timeout").And.Contain("0.5 s"));
    }

    [Test]
    public void Nothing_is_saved_if_so_asked_and_the_working_folder_is_the_notebooks()
    {
        Write("File.Exists(\"a.ipynb\")");
        var before = File.ReadAllText(Notebook);

        Assert.That(Run(noSave: true), Is.EqualTo(ExitCode.Done));
        Assert.That(File.ReadAllText(Notebook), Is.EqualTo(before));
        Assert.That(console.ToString(), Does.Contain("True"));
    }

    [Test]
    public void A_program_with_cells_runs_as_a_notebook()
    {
        var source = Path.Combine(folder.FullName, "a.cs");
        File.WriteAllText(source, "using System.Text;\n\n// %% uso\nvar p = new P(3);\n#if NOTEBOOK\np\n#else\nthrow new Exception();\n#endif\n\n// %% [type before uso]\nrecord P(int X);");

        Assert.That(RunCommand.Run(new(source), () => new CodeSession(), console), Is.EqualTo(ExitCode.Done));
        Assert.That(console.ToString(), Does.Contain("P { X = 3 }"));
        Assert.That(Directory.EnumerateFiles(folder.FullName).Count(), Is.EqualTo(1));
    }

    [Test]
    public void A_question_without_a_person_says_so()
    {
        Write("input(\"Name?\")");

        Assert.That(Run(), Is.EqualTo(ExitCode.Failed));
        Assert.That(console.ToString(), Does.Contain("nobody is there to answer"));
    }

    [TestCase("10 %\r50 %\r100 %\n", "100 %\n")]
    [TestCase("longer\rab\n", "abnger\n")]
    [TestCase("a\r\nb", "a\nb")]
    public void Lines_written_over_are_kept_as_a_terminal_shows_them(string text, string expected) =>
        Assert.That(CellOutputs.AsOnTerminal(text), Is.EqualTo(expected));

    [Test]
    public void A_flood_of_text_is_cut_with_a_note()
    {
        CellOutputs outputs = new(static _ => { });
        for (var i = 0; i < 300; i++)
        {
            outputs.WriteOut(new string('x', 10_000) + "\n");
        }

        Assert.That(outputs.ToJson().ToJsonString(), Has.Length.LessThan(1_100_000).And.Contain("was left out"));
    }

    [Test]
    public void Each_stream_has_its_own_limit_and_a_cleared_one_begins_anew()
    {
        CellOutputs outputs = new(static _ => { });
        outputs.WriteOut(new string('x', 1_500_000));
        outputs.WriteError("still heard");
        Assert.That(outputs.ToJson().ToJsonString(), Does.Contain("was left out").And.Contain("still heard"));

        outputs.Clear(wait: false);
        outputs.WriteOut("anew");
        Assert.That(outputs.ToJson().Single()!["text"]![0]!.GetValue<string>(), Is.EqualTo("anew"));
    }

    [Test]
    public void A_later_cell_updates_what_an_earlier_one_shows()
    {
        Write("1", "2");
        FakeSession session = new(static (code, output) =>
        {
            if (code == "1")
            {
                output.Display(MimeBundle.Text("begun"), "bar");
            }
            else
            {
                output.Update(MimeBundle.Text("done"), "bar");
            }
        });

        RunCommand.Run(new(Notebook), () => session, console);

        Assert.That(NotebookDocument.Read(Notebook).Cells[0].Outputs.Single()!["data"]!["text/plain"]![0]!.GetValue<string>(), Is.EqualTo("done"));
    }

    [Test]
    public void A_run_cancelled_between_cells_has_failed_and_executes_no_further_one()
    {
        var document = NotebookDocument.New([NotebookCell.New("code", "1"), NotebookCell.New("code", "2")]);
        NotebookRun? run = null;
        List<string> codes = [];
        using FakeSession session = new((code, _) =>
        {
            codes.Add(code);
            run!.Cancel();
        });
        using NotebookSaver saver = new(document, null);
        run = new(document, session, console, "a.ipynb", saver);

        Assert.That(run.Execute(null, keepGoing: true), Is.False);
        Assert.That(codes, Is.EqualTo(new[] { "1" }));
    }

    [TestCase("none/out.ipynb", false, null, "folder")]
    [TestCase("a.cs", false, null, ".ipynb")]
    [TestCase("b.ipynb", true, null, "--no-save")]
    [TestCase(null, false, 0.0, "--timeout")]
    [TestCase(null, false, double.NaN, "--timeout")]
    public void What_cannot_be_is_said_before_a_cell_runs(string? to, bool noSave, double? timeout, string reason)
    {
        Write("1");
        var output = to is null ? null : Path.Combine(folder.FullName, to);

        Assert.That(() => RunCommand.Run(new(Notebook, output, noSave, false, timeout), () => throw new InvalidOperationException(), console),
            Throws.TypeOf<NotebookException>().With.Message.Contains(reason));
    }

    private int Run(bool noSave = false, bool keepGoing = false, double? timeout = null) =>
        RunCommand.Run(new(Notebook, null, noSave, keepGoing, timeout), () => new CodeSession(), console);

    private void Write(params string[] cells) =>
        NotebookDocument.New(cells.Select(text => NotebookCell.New(text.StartsWith("# ", StringComparison.Ordinal) ? "markdown" : "code", text))).Write(Notebook);
}
