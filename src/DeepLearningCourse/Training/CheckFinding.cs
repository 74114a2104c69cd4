namespace DeepLearningCourse.Training;

/// <summary>Something that a look at the first batch found.</summary>
/// <param name="Severity">How bad it is.</param>
/// <param name="Message">What is wrong, where (layer, sample, shapes), and what to do.</param>
public sealed record CheckFinding(CheckSeverity Severity, string Message)
{
    /// <summary>Severity and message: <c>Error: The batch has features [4, 2] ...</c></summary>
    public override string ToString() => $"{Severity}: {Message}";
}
