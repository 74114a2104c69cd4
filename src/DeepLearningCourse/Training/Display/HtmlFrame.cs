using System.Globalization;
using System.Text;
using DeepLearningCourse.Runtime.Display;

namespace DeepLearningCourse.Training.Display;

/// <summary>One picture of a run for a page: the epochs, the losses, a bar, and the figures of the moment.</summary>
internal sealed class HtmlFrame(TrainingRun run, RunPace pace)
{
    private const string Gap = " \u00A0 ";
    private readonly StringBuilder text = new("<div style=\"font-size:95%\">\n");

    /// <summary>While it trains.</summary>
    /// <param name="doing">What it does.</param>
    public string Now(string doing)
    {
        AddNotes();
        AddEpochs();
        AddBar(run.Epoch, [doing, pace.TimeLeft(run) is { } time ? $"{Figures.Clock(time)} left" : ""]);
        AddLine(HtmlText.Faint(string.Join(Gap, Moment())));
        return text.Append("</div>").ToString();
    }

    /// <summary>When it has ended: what stays in the notebook, so without the figures of the moment.</summary>
    /// <param name="reason">Why.</param>
    /// <param name="checkpoint">What it can go on from; null if there is nothing.</param>
    public string Last(string reason, string? checkpoint)
    {
        AddNotes();
        AddEpochs();
        AddBar(run.Batch > 0 ? run.Epoch : Math.Max(1, run.Epoch - 1), []);
        text.Append(HtmlText.Note(reason, run.History.StopReason switch
        {
            StopReason.Completed => HtmlText.Good,
            StopReason.Failed => HtmlText.Error,
            _ => HtmlText.Warning,
        })).Append('\n');

        if (checkpoint is not null)
        {
            AddLine(HtmlText.Faint($"Checkpoint: {checkpoint}"));
        }

        return text.Append("</div>").ToString();
    }

    private void AddNotes()
    {
        if (RunText.GoneOn(run.History) is { } resumed)
        {
            AddLine(HtmlText.Faint(resumed));
        }

        foreach (var warning in run.History.Warnings)
        {
            text.Append(HtmlText.Note($"Warning: {warning}", HtmlText.Warning)).Append('\n');
        }
    }

    private void AddEpochs()
    {
        if (run.History.Epochs.Count > 0)
        {
            text.Append(EpochHtml.Table(run.History.Epochs, withLearningRate: true)).Append('\n').Append(EpochHtml.Curve(run.History.Epochs)).Append('\n');
        }
    }

    private void AddBar(int epoch, IReadOnlyList<string> rest)
    {
        var done = Math.Floor(100 * pace.Done(run));
        var color = done < 100 ? HtmlText.Warning : HtmlText.Good;
        var bar = string.Create(CultureInfo.InvariantCulture,
            $"<span style=\"display:inline-block;width:240px;height:8px;margin:0 8px;border-radius:4px;background:rgba(128,128,128,0.3)\"><span style=\"display:block;width:{done:F0}%;height:8px;border-radius:4px;background:{color}\"></span></span>");
        var place = string.Create(CultureInfo.InvariantCulture, $"Epoch {Math.Min(epoch, run.Options.Epochs)}/{run.Options.Epochs}");
        string[] words = [string.Create(CultureInfo.InvariantCulture, $"{done:F0}%"), .. rest.Where(word => word.Length > 0)];
        AddLine(HtmlText.Encode(place) + bar + HtmlText.Encode(string.Join(Gap, words)));
    }

    private IEnumerable<string> Moment()
    {
        yield return RunText.Now(run).Replace("  ", Gap, StringComparison.Ordinal);

        if (pace.SamplesPerSecond(run) is { } samples)
        {
            yield return $"{Figures.Count(samples)} samples/s";
        }

        yield return $"{Figures.Clock(run.Elapsed)} elapsed";
    }

    private void AddLine(string html) => text.Append("<div style=\"margin:4px 10px\">").Append(html).Append("</div>\n");
}
