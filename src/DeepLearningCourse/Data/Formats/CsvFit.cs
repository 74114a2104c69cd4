namespace DeepLearningCourse.Data.Formats;

/// <summary>What was found out about a column in the table that was read first.</summary>
/// <param name="Fill">What cells that hold nothing become: a number, or the place of a category; null if there is nothing to fill in.</param>
/// <param name="Categories">The texts in their order; null for a column of numbers.</param>
internal sealed record CsvFit(double? Fill, IReadOnlyList<string>? Categories);
