namespace DeepLearningCourse.Training.Checks;

/// <summary>The findings of a check, as sentences that may follow "Epoch 1, batch 1: ".</summary>
internal sealed class FindingList
{
    /// <summary>What is said of findings that may be meant.</summary>
    public const string SwitchOff = "If this is meant, set TrainerOptions.CheckFirstBatch to false.";

    private readonly List<(CheckSeverity Severity, string Text)> items = [];

    public string? FirstError => items.Find(item => item.Severity == CheckSeverity.Error).Text;

    public IReadOnlyList<string> Warnings => [.. All.Where(finding => finding.Severity == CheckSeverity.Warning).Select(finding => finding.Message)];

    public IReadOnlyList<CheckFinding> All => [.. items.Select(item => new CheckFinding(item.Severity, char.ToUpperInvariant(item.Text[0]) + item.Text[1..]))];

    public void Error(string text) => items.Add((CheckSeverity.Error, text));

    public void Warn(string text) => items.Add((CheckSeverity.Warning, text));

    /// <summary>The first names of a list, in quotation marks.</summary>
    public static string Names(IReadOnlyList<string> names) =>
        string.Join(", ", names.Take(6).Select(name => $"'{name}'")) + (names.Count > 6 ? $" and {names.Count - 6} more" : "");
}
