namespace DeepLearningCourse.Notebooks.Execution;

/// <summary>Why a cell failed.</summary>
/// <param name="Name">The exception's type, <c>CompilationError</c>, or <c>Interrupted</c>.</param>
/// <param name="Message">The sentence for the person.</param>
/// <param name="Line">The line of the cell where it failed, from 1, if it is known.</param>
/// <param name="Traceback">The lines to show, the message among them.</param>
internal sealed record CellError(string Name, string Message, int? Line, IReadOnlyList<string> Traceback);
