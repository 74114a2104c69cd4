using System.Diagnostics;
using System.Globalization;
using System.Text.Json.Nodes;
using DeepLearningCourse.Notebooks.Documents;
using DeepLearningCourse.Notebooks.Execution;

namespace DeepLearningCourse.Notebooks.Commands;

/// <summary>Executes the cells of a notebook in order, and keeps what they show in it.</summary>
internal sealed class NotebookRun(NotebookDocument document, ICodeSession session, TextWriter console, string path, NotebookSaver saver)
{
    private const string RunningNote = "This cell was running when the file was written: its run has not ended yet, or was killed.";

    private readonly List<(NotebookCell Cell, int Place, CellOutputs Outputs)> executed = [];
    private readonly Stopwatch watch = Stopwatch.StartNew();
    private volatile bool isCancelled;
    private int isOver;

    /// <summary>Ends the cell that runs, and executes no further one; the second time for sure.</summary>
    public void Cancel()
    {
        isCancelled = true;
        session.Interrupt();
    }

    /// <summary>Whether all cells ran without an error. Cells that do not run lose the outputs of an earlier time.</summary>
    /// <exception cref="NotebookException">The file cannot be written.</exception>
    public bool Execute(TimeSpan? timeout, bool keepGoing)
    {
        var isDone = false;

        try
        {
            isDone = ExecuteAll(timeout, keepGoing) && executed.TrueForAll(each => each.Outputs.ThreadError is null);
            return isDone;
        }
        finally
        {
            End(null, isDone ? "done" : isCancelled ? "interrupted" : "failed");
        }
    }

    /// <summary>Keeps what there is: the process ends before the run does.</summary>
    /// <exception cref="NotebookException">The file cannot be written.</exception>
    public void Abandon(CellError error) => End(error, "failed");

    private bool ExecuteAll(TimeSpan? timeout, bool keepGoing)
    {
        var hasFailed = false;
        foreach (var cell in document.Cells.Where(cell => cell.IsCode))
        {
            cell.Clear();
        }

        for (var i = 0; i < document.Cells.Count; i++)
        {
            if (!HasCode(document.Cells[i]))
            {
                continue;
            }

            if (isCancelled || hasFailed && !keepGoing)
            {
                // A cell is left that did not run: the notebook is not whole.
                return false;
            }

            hasFailed |= !Execute(document.Cells[i], i + 1, timeout);
        }

        return !hasFailed;
    }

    private bool Execute(NotebookCell cell, int place, TimeSpan? timeout)
    {
        CellOutputs outputs = new(console.Write, executed.Count > 0 ? executed[^1].Outputs : null);
        saver.Change(() =>
        {
            executed.Add((cell, place, outputs));
            cell.Json["outputs"] = new JsonArray(new JsonObject { ["name"] = "stderr", ["output_type"] = "stream", ["text"] = NotebookCell.Split(RunningNote) });
        });
        console.WriteLine($"[{place}/{document.Cells.Count}] {FirstLine(cell.Source)}");
        using Timer? limit = timeout is { } most ? new(_ => session.Interrupt(), null, most, TimeSpan.FromSeconds(1)) : null;
        var began = watch.Elapsed;
        var result = session.Execute(cell.Source, outputs);
        var isLate = timeout is { } allowed && result.Error?.Name == "Interrupted" && watch.Elapsed - began >= allowed && !isCancelled;
        if (isLate)
        {
            var message = $"The cell ran longer than {timeout!.Value.TotalSeconds.ToString(CultureInfo.InvariantCulture)} s, the time that --timeout gives it.";
            result = result with { Error = new CellError("Timeout", message, null, [message]) };
        }

        if (Volatile.Read(ref isOver) == 1)
        {
            // The process is ending, and the file is written.
            return false;
        }

        outputs.End(result);
        saver.Change(() => (cell.Json["execution_count"], cell.Json["outputs"]) = (result.Number, outputs.ToJson()));
        foreach (var error in new[] { outputs.ThreadError, result.Error }.OfType<CellError>())
        {
            Report(error, place);
        }

        return result.Error is null && outputs.ThreadError is null;
    }

    // Whoever is first: the run, or what ends the process.
    private void End(CellError? error, string outcome)
    {
        if (Interlocked.Exchange(ref isOver, 1) == 1)
        {
            return;
        }

        saver.Finish(() =>
        {
            if (error is not null && executed is [.., var last])
            {
                last.Outputs.End(new CellResult(0, null, error));
                Report(error, last.Place);
            }

            // A later cell may have updated what an earlier one shows.
            executed.ForEach(each => each.Cell.Json["outputs"] = each.Outputs.ToJson());
            var (all, left) = (document.Cells.Count(HasCode), document.Cells.Count(HasCode) - executed.Count);
            var rest = left > 0 ? $"; {left} of {all} cells of code did not run" : "";
            console.WriteLine($"{path}: {outcome} after {watch.Elapsed.TotalSeconds.ToString("F1", CultureInfo.InvariantCulture)} s{rest}");
        });
    }

    private void Report(CellError error, int place)
    {
        console.WriteLine($"{path}: cell {place}{(error.Line is { } at ? $", line {at}" : "")}: {error.Name}: {error.Message}");
        foreach (var line in error.Traceback.Skip(1))
        {
            console.WriteLine("  " + line);
        }
    }

    private static bool HasCode(NotebookCell cell) => cell.IsCode && !string.IsNullOrWhiteSpace(cell.Source);

    private static string FirstLine(string source) =>
        source.Split('\n').Select(line => line.Trim()).FirstOrDefault(line => line.Length > 0 && !line.StartsWith("//", StringComparison.Ordinal)) ?? "";
}
