namespace DeepLearningCourse.Notebooks.Commands;

/// <summary>What <c>run</c> is asked for.</summary>
/// <param name="File">A notebook, or a C# file with cells.</param>
/// <param name="Output">Where to write the notebook; null for the file itself.</param>
/// <param name="NoSave">Write nothing.</param>
/// <param name="KeepGoing">Go on after a cell that failed.</param>
/// <param name="Timeout">The seconds that a cell may take.</param>
internal sealed record RunArguments(string File, string? Output = null, bool NoSave = false, bool KeepGoing = false, double? Timeout = null);
