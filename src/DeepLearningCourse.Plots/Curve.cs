namespace DeepLearningCourse.Plots;

/// <summary>A curve of a classifier, by name.</summary>
/// <param name="Name">What the legend says, for instance <c>"network, AUC 0.98"</c>; empty for nothing.</param>
/// <param name="Points">Its points in order. Those with a NaN are left out.</param>
public sealed record Curve(string Name, IReadOnlyList<(double X, double Y)> Points);
