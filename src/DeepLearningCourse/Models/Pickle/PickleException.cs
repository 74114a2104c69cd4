namespace DeepLearningCourse.Models.Pickle;

/// <summary>What is wrong with a file of torch.save, as half a sentence; whoever knows the file's path completes it.</summary>
internal sealed class PickleException(string problem, Exception? cause = null) : Exception(problem, cause);
