using DeepLearningCourse.Runtime.Display;

namespace DeepLearningCourse.Training;

/// <summary>What <see cref="Trainer{TBatch}.Check"/> found on one batch.</summary>
/// <param name="Findings">The findings, in the order of a training step: data, forward, loss, gradients.</param>
[TypeFormatterSource(typeof(HtmlFormatterSource))]
public sealed record TrainingCheck(IReadOnlyList<CheckFinding> Findings) : IHasHtml
{
    /// <summary>Whether there is no error; warnings may be there.</summary>
    public bool Passed => Findings.All(finding => finding.Severity != CheckSeverity.Error);

    /// <summary>Throws if there is an error.</summary>
    /// <exception cref="TrainingException">There is one; the message is the list of all findings.</exception>
    public void ThrowIfFailed()
    {
        if (!Passed)
        {
            throw new TrainingException(ToString(), 0, 0, new TrainingHistory());
        }
    }

    /// <summary>The findings as a list, a line each.</summary>
    public override string ToString() => string.Join("\n- ", Findings.Select(finding => finding.ToString()).Prepend(Title));

    /// <summary>The same list for a page or a notebook.</summary>
    /// <returns>A div element of HTML that brings its own style.</returns>
    public string ToHtml() => $"<div>\n{HtmlText.Paragraph(Title)}\n" + string.Concat(Findings.Select(
        finding => $"{HtmlText.Note(finding.ToString(), finding.Severity == CheckSeverity.Error ? HtmlText.Error : HtmlText.Warning)}\n")) + "</div>";

    private string Title
    {
        get
        {
            if (Findings.Count == 0)
            {
                return "The check of the first batch found nothing.";
            }

            var errors = Findings.Count(finding => finding.Severity == CheckSeverity.Error);
            return $"The check of the first batch found {Number(errors, "error")} and {Number(Findings.Count - errors, "warning")}:";
        }
    }

    private static string Number(int count, string what) => count == 1 ? $"1 {what}" : $"{count} {what}s";
}
