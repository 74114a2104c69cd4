namespace DeepLearningCourse.Data;

/// <summary>A sample that a loader left out because it could not be read.</summary>
/// <param name="Index">Its index in the dataset; in a stream, its number in its shard.</param>
/// <param name="Cause">What went wrong.</param>
public sealed record SkippedSample(long Index, Exception Cause);
