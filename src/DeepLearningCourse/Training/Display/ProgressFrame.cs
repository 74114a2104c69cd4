using System.Globalization;
using Spectre.Console;
using Spectre.Console.Rendering;

namespace DeepLearningCourse.Training.Display;

/// <summary>One picture of a run for a terminal: the last epochs, a bar, and the figures of the moment.</summary>
internal sealed class ProgressFrame(IAnsiConsole console, TrainingRun run, RunPace pace)
{
    private const int MostRows = 8;
    private const int BarWidth = 40;

    // Lines that are no rows: the header and its rule, what stands below the table, and the prompt.
    private const int OtherLines = 8;

    private static readonly Style Faint = new(Color.Grey);
    private static readonly Style Good = new(Color.Green);

    /// <summary>While it trains.</summary>
    /// <param name="doing">What it does.</param>
    public IRenderable Now(string doing)
    {
        var left = pace.TimeLeft(run) is { } time ? $"{Figures.Clock(time)} left" : "";
        return Rows(Status(doing, left), Line(Moment()));
    }

    /// <summary>When it has ended.</summary>
    /// <param name="text">Why.</param>
    /// <param name="checkpoint">What it can go on from; null if there is nothing.</param>
    public IRenderable Last(string text, string? checkpoint)
    {
        var isWhole = run.History.StopReason == StopReason.Completed;
        List<IRenderable> lines = [Status("", ""), new Paragraph(text, new Style(isWhole ? Color.Green : Color.Yellow))];

        if (checkpoint is not null)
        {
            lines.Add(new Paragraph($"Checkpoint: {checkpoint}", Faint));
        }

        return Rows([.. lines]);
    }

    private Rows Rows(params IRenderable[] lines) => run.History.Epochs.Count > 0 ? new Rows([Table(), .. lines]) : new Rows(lines);

    private Table Table()
    {
        var all = run.History.Epochs;
        List<EpochResult> shown = [.. all.Skip(all.Count - Math.Clamp(console.Profile.Height - OtherLines, 1, MostRows))];
        var columns = EpochTable.Fit(EpochTable.Columns(all, withLearningRate: true), shown, console.Profile.Width);
        var best = all.Where(epoch => epoch.Validation is not null).MinBy(epoch => epoch.Validation!.Loss);
        Table table = new() { Border = TableBorder.Simple, BorderStyle = Faint };

        foreach (var column in columns)
        {
            table.AddColumn(new TableColumn(new Text(column.Header, Faint)) { Alignment = Justify.Right, NoWrap = true, Padding = new Padding(0, 0, 2, 0) });
        }

        foreach (var epoch in shown)
        {
            table.AddRow(columns.Select(column => new Text(column.Text(epoch), column.Header == "validation loss" && epoch == best ? Good : Style.Plain)));
        }

        return table;
    }

    private Paragraph Status(string doing, string left)
    {
        var done = pace.Done(run);
        var epoch = string.Create(CultureInfo.InvariantCulture, $"Epoch {Math.Min(run.Epoch, run.Options.Epochs)}/{run.Options.Epochs}  ");
        var percent = string.Create(CultureInfo.InvariantCulture, $"  {Math.Floor(100 * done):F0}%");
        var rest = string.Join("", new[] { doing, left }.Where(text => text.Length > 0).Select(text => "  " + text));
        var width = Math.Clamp(console.Profile.Width - epoch.Length - percent.Length - rest.Length - 1, 0, BarWidth);
        var full = (int)Math.Floor(width * done);
        var mark = console.Profile.Capabilities.Unicode ? '━' : '-';
        return new Paragraph(epoch)
            .Append(new string(mark, full), done < 1 ? new Style(Color.Yellow) : Good)
            .Append(new string(mark, width - full), Faint)
            .Append(percent + rest);
    }

    private string Moment()
    {
        var speed = pace.SamplesPerSecond(run) is { } samples ? $"  {Figures.Count(samples)} samples/s" : "";
        return $"{RunText.Now(run)}{speed}  {Figures.Clock(run.Elapsed)} elapsed";
    }

    private static Paragraph Line(string text) => new(text);
}
