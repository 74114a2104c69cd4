namespace DeepLearningCourse.Notebooks.Documents;

/// <summary>A file cannot be read, written or converted; the message says which, why and what to do.</summary>
internal sealed class NotebookException(string message, Exception? cause = null) : Exception(message, cause);
