namespace DeepLearningCourse.Parquet.Format;

/// <summary>The file may be sound, but is written in a way that cannot be read here. Its message is a sentence with the way out.</summary>
internal sealed class UnsupportedException(string message) : Exception(message);
