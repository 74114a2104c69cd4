namespace DeepLearningCourse.Notebooks.Execution;

/// <summary>What became of a cell: the value of its last expression, or why it ended.</summary>
/// <param name="Number">The cell's place in the order of execution, from 1.</param>
/// <param name="Value">The value of the last expression, if the cell ends with one.</param>
/// <param name="Error">Why the cell failed; null if it did not.</param>
internal sealed record CellResult(int Number, MimeBundle? Value, CellError? Error);
