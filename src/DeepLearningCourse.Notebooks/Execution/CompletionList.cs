namespace DeepLearningCourse.Notebooks.Execution;

/// <summary>What may stand at a place.</summary>
/// <param name="Items">The texts, best first.</param>
/// <param name="Start">Where the text that they replace begins, in UTF-16 units.</param>
/// <param name="End">Where it ends.</param>
internal sealed record CompletionList(IReadOnlyList<string> Items, int Start, int End);
