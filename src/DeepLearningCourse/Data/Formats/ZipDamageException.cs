namespace DeepLearningCourse.Data.Formats;

/// <summary>What is wrong with a zip file, as half a sentence; whoever knows the file's path completes it.</summary>
internal sealed class ZipDamageException(string problem) : Exception(problem);
