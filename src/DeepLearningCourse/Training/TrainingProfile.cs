using System.Globalization;
using DeepLearningCourse.Models.Summaries;
using DeepLearningCourse.Runtime.Display;
using DeepLearningCourse.Training.Display;

namespace DeepLearningCourse.Training;

/// <summary>How the time of training steps divides, and what to do about it.</summary>
/// <remarks>On a GPU, which works on its own, the times are those of the calls, and the loss's number waits for all of them. Validations after epochs are not in it.</remarks>
/// <example>
/// <code>
/// TrainingHistory history = trainer.Fit(trainLoader);
/// TrainingProfile profile = history.Profile(); // in a notebook a table: profile.ToHtml()
/// </code>
/// </example>
[TypeFormatterSource(typeof(HtmlFormatterSource))]
public sealed class TrainingProfile : IHasHtml
{
    internal TrainingProfile(IReadOnlyList<EpochResult> epochs)
    {
        Steps = epochs.Sum(epoch => epoch.Steps);
        Parts =
        [
            Part("data", epochs.Sum(epoch => epoch.Times.Data.Ticks), epochs),
            Part("forward", epochs.Sum(epoch => epoch.Times.Forward.Ticks), epochs),
            Part("backward", epochs.Sum(epoch => epoch.Times.Backward.Ticks), epochs),
            Part("update", epochs.Sum(epoch => epoch.Times.Update.Ticks), epochs),
            Part("other", epochs.Sum(epoch => epoch.Times.Other.Ticks), epochs),
        ];
        Advice = ProfileAdvice.For(this);
    }

    /// <summary>The steps of the optimizer that were measured.</summary>
    public long Steps { get; }

    /// <summary>The parts in the order of a step, as <see cref="StepTimes"/> names them.</summary>
    public IReadOnlyList<ProfilePart> Parts { get; }

    /// <summary>The mean time of a step, in millionths of a second.</summary>
    public double MicrosecondsPerStep => Parts.Sum(part => part.MicrosecondsPerStep);

    /// <summary>What would make the run faster: a sentence or two.</summary>
    public string Advice { get; }

    /// <summary>A table for a console with a font of fixed width, and the advice below it.</summary>
    /// <returns>Lines of text.</returns>
    public override string ToString()
    {
        var (lines, rule) = TextTable.Of([Headers, .. Rows()], column => column > 0);
        lines.Insert(1, rule);
        return string.Join('\n', [.. lines, Advice]);
    }

    /// <summary>The same for a page or a notebook.</summary>
    /// <returns>HTML that brings its own style: a table and a paragraph in a div element.</returns>
    public string ToHtml() => $"<div>\n{HtmlTable.Of(Headers, Rows(), column => column > 0)}\n{HtmlText.Paragraph(Advice)}\n</div>";

    private static string[] Headers => ["part", "µs per step", "share"];

    private IEnumerable<string[]> Rows() =>
        Parts.Append(new ProfilePart("total", MicrosecondsPerStep, Parts.Sum(part => part.Share))).Select(part => new[]
        {
            part.Name,
            part.MicrosecondsPerStep.ToString("N1", CultureInfo.InvariantCulture),
            string.Create(CultureInfo.InvariantCulture, $"{100 * part.Share:F1} %"),
        });

    private ProfilePart Part(string name, long ticks, IReadOnlyList<EpochResult> epochs)
    {
        var all = epochs.Sum(epoch => epoch.Times.Total.Ticks);
        return new ProfilePart(name, Steps == 0 ? 0 : ticks / (double)TimeSpan.TicksPerMicrosecond / Steps, all == 0 ? 0 : ticks / (double)all);
    }
}
