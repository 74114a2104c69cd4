namespace DeepLearningCourse.Data.Loading;

/// <summary>How workers feed a loop.</summary>
/// <param name="BatchesAhead">How many batches at most are ready or being made.</param>
/// <param name="InOrder">Whether the loop gets them in the order of their turns, or as they are ready.</param>
/// <param name="Timeout">How long the loop waits for one; null for as long as it takes.</param>
internal sealed record FeedOptions(int BatchesAhead, bool InOrder, TimeSpan? Timeout);
