using System.Globalization;
using Spectre.Console;
using Spectre.Console.Rendering;

namespace DeepLearningCourse.Training.Display;

/// <summary>One picture of a run for a terminal: the last epochs, a bar, and the figures of the moment.</summary>
internal sealed class ProgressFrame(IAnsiConsole console, TrainingRun run, RunPace pace)
{
    private const int MostRows = 8;
    private const int BarWidth = 40;
    private const string Gap = "  ";

    // The epochs that decide which columns there are: all of a long run would be looked at for each frame.
    private const int Recent = 100;

    // Lines that are no rows: the header and its rule, what stands below the table, and the prompt.
    private const int OtherLines = 8;

    private static readonly Style Faint = new(Color.Grey);
    private static readonly Style Good = new(Color.Green);
    private static readonly Style Running = new(Color.Yellow);

    private readonly SegmentLines lines = new();

    /// <summary>While it trains.</summary>
    /// <param name="doing">What it does.</param>
    public IRenderable Now(string doing)
    {
        AddTable();
        AddStatus(run.Epoch, doing, pace.TimeLeft(run) is { } time ? $"{Figures.Clock(time)} left" : "");
        lines.Add(Moment());
        return lines;
    }

    /// <summary>When it has ended.</summary>
    /// <param name="text">Why.</param>
    /// <param name="checkpoint">What it can go on from; null if there is nothing.</param>
    public IRenderable Last(string text, string? checkpoint)
    {
        AddTable();
        AddStatus(run.Batch > 0 ? run.Epoch : Math.Max(1, run.Epoch - 1), "", "");
        lines.Add(text, run.History.StopReason == StopReason.Completed ? Good : Running);

        if (checkpoint is not null)
        {
            lines.EndLine();
            lines.Add($"Checkpoint: {checkpoint}", Faint);
        }

        return lines;
    }

    /// <summary>The last epochs, the smallest validation loss of all in green.</summary>
    private void AddTable()
    {
        var all = run.History.Epochs;

        if (all.Count == 0)
        {
            return;
        }

        List<EpochResult> shown = [.. all.Skip(all.Count - Math.Clamp(console.Profile.Height - OtherLines, 1, MostRows))];
        var columns = EpochTable.Fit(EpochTable.Columns([.. all.Skip(all.Count - Recent)], withLearningRate: true), shown, console.Profile.Width);
        var best = all.Where(epoch => epoch.Validation is not null).MinBy(epoch => epoch.Validation!.Loss);
        var widths = EpochTable.Widths(columns, shown);
        var mark = console.Profile.Capabilities.Unicode ? '─' : '-';
        lines.Add(string.Join(Gap, columns.Zip(widths, (column, width) => column.Header.PadLeft(width))), Faint);
        lines.EndLine();
        lines.Add(new string(mark, widths.Sum() + (Gap.Length * (widths.Count - 1))), Faint);
        lines.EndLine();

        foreach (var epoch in shown)
        {
            foreach (var (column, width) in columns.Zip(widths))
            {
                var text = column.Text(epoch).PadLeft(width);
                lines.Add(column == columns[0] ? text : Gap + text, epoch == best && column.Header == "validation loss" ? Good : Style.Plain);
            }

            lines.EndLine();
        }

        lines.EndLine();
    }

    private void AddStatus(int number, string doing, string left)
    {
        var done = pace.Done(run);
        var epoch = string.Create(CultureInfo.InvariantCulture, $"Epoch {Math.Min(number, run.Options.Epochs)}/{run.Options.Epochs}  ");
        var percent = string.Create(CultureInfo.InvariantCulture, $"  {Math.Floor(100 * done):F0}%");
        var rest = string.Concat(new[] { doing, left }.Where(text => text.Length > 0).Select(text => Gap + text));
        var width = Math.Clamp(console.Profile.Width - epoch.Length - percent.Length - rest.Length - 1, 0, BarWidth);
        var full = (int)Math.Floor(width * done);
        var mark = console.Profile.Capabilities.Unicode ? '━' : '-';
        lines.Add(epoch);
        lines.Add(new string(mark, full), done < 1 ? Running : Good);
        lines.Add(new string(mark, width - full), Faint);
        lines.Add(percent + rest);
        lines.EndLine();
    }

    private string Moment()
    {
        var speed = pace.SamplesPerSecond(run) is { } samples ? $"{Gap}{Figures.Count(samples)} samples/s" : "";
        return $"{RunText.Now(run)}{speed}{Gap}{Figures.Clock(run.Elapsed)} elapsed";
    }
}
