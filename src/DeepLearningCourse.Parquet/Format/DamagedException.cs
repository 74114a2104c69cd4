namespace DeepLearningCourse.Parquet.Format;

/// <summary>Something in the file contradicts something else in it. Its message goes on after the place: "it ends in the middle".</summary>
internal sealed class DamagedException(string message) : Exception(message);
