using System.Diagnostics;
using DeepLearningCourse.Notebooks.Commands;
using DeepLearningCourse.Notebooks.Documents;
using DeepLearningCourse.Notebooks.Execution;
using DeepLearningCourse.Tests.Data;

namespace DeepLearningCourse.Notebooks.Tests.Commands;

/// <summary>Runs that end before their last cell: nothing of what the cells before have shown is lost, and none passes for a success.</summary>
[NonParallelizable]
public sealed class RunEndTests
{
    private const string First = "Console.WriteLine(\"kept\");";
    private const string Running = "This cell was running when the file was written: its run has not ended yet, or was killed.";

    private static readonly string Exited =
        "The cell ended the program with Environment.Exit, and the run with it. A cell ends with its last line, or with an exception: take the call out.";

    private TemporaryFolder folder = null!;

    private string Notebook => folder["a.ipynb"];

    [SetUp]
    public void Begin() => folder = new TemporaryFolder();

    [TearDown]
    public void End() => folder.Dispose();

    [Test, CancelAfter(180_000), Platform("Linux,MacOsX"), Attack]
    public async Task A_cell_that_exits_is_no_success_and_loses_no_output(CancellationToken timeout)
    {
        Write(First, "Console.WriteLine(\"so far\"); Environment.Exit(0);", "3");
        using ToolProcess tool = new("run", Notebook);

        Assert.That(await tool.Ended(timeout), Is.EqualTo(1), tool.Output);
        Assert.That(tool.Output, Does.Contain($"cell 2: Exited: {Exited}").And.Match("failed after .* s; 1 of 3 cells of code did not run"));
        Assert.That(Shown(), Is.EqualTo(new[] { "kept", $"so far|{Exited}", "" }));
        AttackRecords.Add("Notebooks", "`Environment.Exit(0)` in a cell of `dlc-notebook run`", "exit code 1 and a sentence, the outputs of all cells so far in the file");
    }

    [Test, CancelAfter(180_000), Platform("Linux,MacOsX"), Attack]
    public async Task A_run_asked_to_end_by_SIGTERM_keeps_its_outputs(CancellationToken timeout)
    {
        Write(First, "Console.WriteLine(\"be\" + \"gun\"); Thread.Sleep(60_000);", "3");
        using ToolProcess tool = new("run", Notebook);
        await tool.Printed("begun", timeout);

        tool.Terminate();

        Assert.That(await tool.Ended(timeout), Is.EqualTo(1), tool.Output);
        Assert.That(tool.Output, Does.Match("interrupted after .* s; 1 of 3 cells of code did not run"));
        Assert.That(Shown(), Is.EqualTo(new[] { "kept", "begun|The cell was interrupted. Its variables keep the values that they had.", "" }));
        AttackRecords.Add("Notebooks", "SIGTERM in the second cell of `dlc-notebook run`", "exit code 1, both cells' outputs in the file");
    }

    [Test, CancelAfter(180_000), Platform("Linux,MacOsX"), Category("Long"), Attack]
    public async Task A_cell_in_a_long_native_call_that_does_not_end_when_asked_is_given_up_with_its_outputs_kept(CancellationToken timeout)
    {
        Write(First, "var matrix = TorchSharp.torch.rand(5000, 5000); Console.WriteLine(\"be\" + \"gun\"); TorchSharp.torch.linalg.svd(matrix)");
        using ToolProcess tool = new("run", Notebook);
        await tool.Printed("begun", timeout);

        // Until the thread is inside of libtorch.
        await Task.Delay(2_000, timeout);

        tool.Terminate();

        Assert.That(await tool.Ended(timeout), Is.EqualTo(1), tool.Output);
        Assert.That(Shown(), Is.EqualTo(new[] { "kept", "begun|The program was asked to end (SIGTERM), and the cell did not end within 8 s." }));
        AttackRecords.Add("Notebooks", "SIGTERM while a cell is in a native call of minutes, which nothing ends", "given up after 8 s with exit code 1, the outputs in the file");
    }

    [Test, CancelAfter(180_000), Platform("Linux"), Attack]
    public async Task A_terminal_that_is_closed_costs_no_output(CancellationToken timeout)
    {
        Write(First, "Console.WriteLine(\"be\" + \"gun\"); Thread.Sleep(60_000);", "3");

        // script gives the tool a terminal, which is gone with script.
        using var terminal = Process.Start(new ProcessStartInfo(
            "script", ["-qefc", $"dotnet {Path.Combine(AppContext.BaseDirectory, "dlc-notebook.dll")} run {Notebook}", "/dev/null"])
        {
            RedirectStandardInput = true,
            RedirectStandardOutput = true,
        })!;

        while (await terminal.StandardOutput.ReadLineAsync(timeout) is { } line && !line.Contains("begun", StringComparison.Ordinal))
        {
        }

        terminal.Kill();

        while (File.ReadAllText(Notebook).Contains(Running, StringComparison.Ordinal))
        {
            await Task.Delay(50, timeout);
        }

        Assert.That(Shown(), Is.EqualTo(new[] { "kept", "begun|The cell was interrupted. Its variables keep the values that they had.", "" }));
        AttackRecords.Add("Notebooks", "the terminal of `dlc-notebook run` closed in the second cell", "both cells' outputs in the file");
    }

    [Test, CancelAfter(180_000), Platform("Linux,MacOsX"), Attack]
    public async Task A_stack_overflow_takes_only_the_output_of_its_own_cell(CancellationToken timeout)
    {
        Write(First, "int F(int n) => F(n + 1) + 1; F(0)", "3");
        using ToolProcess tool = new("run", Notebook);

        Assert.That(await tool.Ended(timeout), Is.Not.Zero, tool.Output);
        Assert.That(Shown(), Is.EqualTo(new[] { "kept", Running, "" }));
        AttackRecords.Add("Notebooks", "a stack overflow in a cell of `dlc-notebook run`", ".NET ends the process; the outputs of the cells before are in the file, which names the cell that ran");
    }

    [Test, Attack]
    public void An_exception_on_a_thread_of_a_cells_own_ends_the_run_and_not_the_process()
    {
        Write(First, "var thread = new Thread(() => throw new InvalidOperationException(\"broken\")); thread.Start(); thread.Join(); Console.WriteLine(\"after\");", "3");
        using StringWriter console = new();

        Assert.That(RunCommand.Run(new(Notebook), () => new CodeSession(), console), Is.EqualTo(ExitCode.Failed));

        const string Sentence = "A thread that a cell started has ended by an exception that nothing caught. InvalidOperationException: broken. Catch it where the thread begins, or take a Task and await it.";
        Assert.That(console.ToString(), Does.Contain($"cell 2: InvalidOperationException: {Sentence}"));
        Assert.That(Shown(), Is.EqualTo(new[] { "kept", $"{Sentence}|after", "" }));
        AttackRecords.Add("Notebooks", "an exception that nothing catches on a thread of a cell's own", "reported as the cell's error, exit code 1, the process goes on");
    }

    [Test]
    public void Files_are_written_after_each_cell_while_that_is_cheap()
    {
        Write("1", "2", "3");
        List<string> seen = [];
        using FakeSession session = new((code, output) =>
        {
            output.WriteOut(code);
            seen.Add(string.Join(' ', Shown()));
        });

        RunCommand.Run(new(Notebook), () => session, TextWriter.Null);

        Assert.That(seen, Is.EqualTo(new[] { $"{Running}  ", $"1 {Running} ", $"1 2 {Running}" }));
        Assert.That(Shown(), Is.EqualTo(new[] { "1", "2", "3" }));
    }

    private void Write(params string[] cells) => NotebookDocument.New(cells.Select(text => NotebookCell.New("code", text))).Write(Notebook);

    /// <summary>What the file shows below each cell.</summary>
    private List<string> Shown() => [.. NotebookDocument.Read(Notebook).Cells.Select(cell => string.Join('|', cell.Outputs.Select(output =>
        output!["evalue"] is { } error ? error.GetValue<string>() : string.Concat(output["text"]!.AsArray().Select(line => line!.GetValue<string>())).Trim())))];
}
