namespace DeepLearningCourse.Training.Callbacks;

/// <summary>Where numbers that are none come from.</summary>
/// <param name="Where">The path of a layer or the name of a parameter; null if it is neither.</param>
/// <param name="Sentence">What was found.</param>
internal sealed record NonFinite(string? Where, string Sentence);
