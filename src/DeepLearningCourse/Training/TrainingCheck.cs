using System.Text;

namespace DeepLearningCourse.Training;

/// <summary>What <see cref="Trainer{TBatch}.Check"/> found on one batch.</summary>
/// <param name="Findings">The findings, in the order of a training step: data, forward, loss, gradients.</param>
public sealed record TrainingCheck(IReadOnlyList<CheckFinding> Findings)
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
    public override string ToString()
    {
        if (Findings.Count == 0)
        {
            return "The check of the first batch found nothing.";
        }

        var errors = Findings.Count(finding => finding.Severity == CheckSeverity.Error);
        var text = new StringBuilder($"The check of the first batch found {Number(errors, "error")} and {Number(Findings.Count - errors, "warning")}:");

        foreach (var finding in Findings)
        {
            text.Append('\n').Append("- ").Append(finding);
        }

        return text.ToString();
    }

    private static string Number(int count, string what) => count == 1 ? $"1 {what}" : $"{count} {what}s";
}
