using System.Diagnostics;
using System.Globalization;
using DeepLearningCourse.Notebooks.Documents;
using DeepLearningCourse.Notebooks.Execution;

namespace DeepLearningCourse.Notebooks.Commands;

/// <summary>Executes the cells of a notebook in order, and keeps what they show in it.</summary>
internal sealed class NotebookRun(NotebookDocument document, ICodeSession session, TextWriter console, string path)
{
    private readonly List<(NotebookCell Cell, CellOutputs Outputs)> executed = [];
    private volatile bool isCancelled;

    /// <summary>Ends the cell that runs, and executes no further one; the second time for sure.</summary>
    public void Cancel()
    {
        isCancelled = true;
        session.Interrupt();
    }

    /// <summary>Whether all cells ran without an error. Cells that do not run lose the outputs of an earlier time.</summary>
    public bool Execute(TimeSpan? timeout, bool keepGoing)
    {
        var hasFailed = false;
        var watch = Stopwatch.StartNew();
        foreach (var cell in document.Cells.Where(cell => cell.IsCode))
        {
            cell.Clear();
        }

        for (var i = 0; i < document.Cells.Count; i++)
        {
            if (!document.Cells[i].IsCode || string.IsNullOrWhiteSpace(document.Cells[i].Source))
            {
                continue;
            }

            if (isCancelled || hasFailed && !keepGoing)
            {
                // A cell is left that did not run: the notebook is not whole.
                hasFailed = true;
                break;
            }

            hasFailed |= !Execute(document.Cells[i], i + 1, timeout);
        }

        // A later cell may have updated what an earlier one shows.
        foreach (var (cell, outputs) in executed)
        {
            cell.Json["outputs"] = outputs.ToJson();
        }

        console.WriteLine($"{path}: {(hasFailed ? "failed" : "done")} after {watch.Elapsed.TotalSeconds.ToString("F1", CultureInfo.InvariantCulture)} s");
        return !hasFailed;
    }

    private bool Execute(NotebookCell cell, int place, TimeSpan? timeout)
    {
        CellOutputs outputs = new(console.Write, executed.Count > 0 ? executed[^1].Outputs : null);
        executed.Add((cell, outputs));
        console.WriteLine($"[{place}/{document.Cells.Count}] {FirstLine(cell.Source)}");
        using Timer? limit = timeout is { } most ? new(_ => session.Interrupt(), null, most, TimeSpan.FromSeconds(1)) : null;
        var watch = Stopwatch.StartNew();
        var result = session.Execute(cell.Source, outputs);
        var isLate = timeout is { } allowed && result.Error?.Name == "Interrupted" && watch.Elapsed >= allowed && !isCancelled;
        if (isLate)
        {
            var message = $"The cell ran longer than {timeout!.Value.TotalSeconds.ToString(CultureInfo.InvariantCulture)} s, the time that --timeout gives it.";
            result = result with { Error = new CellError("Timeout", message, null, [message]) };
        }

        outputs.End(result);
        cell.Json["execution_count"] = result.Number;
        cell.Json["outputs"] = outputs.ToJson();
        if (result.Error is { } error)
        {
            Report(error, place);
        }

        return result.Error is null;
    }

    private void Report(CellError error, int place)
    {
        console.WriteLine($"{path}: cell {place}{(error.Line is { } at ? $", line {at}" : "")}: {error.Name}: {error.Message}");
        foreach (var line in error.Traceback.Skip(1))
        {
            console.WriteLine("  " + line);
        }
    }

    private static string FirstLine(string source) =>
        source.Split('\n').Select(line => line.Trim()).FirstOrDefault(line => line.Length > 0 && !line.StartsWith("//", StringComparison.Ordinal)) ?? "";
}
