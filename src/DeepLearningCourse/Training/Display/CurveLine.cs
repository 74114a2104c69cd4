namespace DeepLearningCourse.Training.Display;

/// <summary>A line of an <see cref="InlineCurve"/>.</summary>
/// <param name="Name">What it is.</param>
/// <param name="Color">Its colour.</param>
/// <param name="Dashes">Its dashes, so that it can be told without colours; empty for none.</param>
/// <param name="Points">Its points from left to right; where a value is not finite it is interrupted.</param>
internal sealed record CurveLine(string Name, string Color, string Dashes, IReadOnlyList<(double X, double Y)> Points)
{
    public static CurveLine First(string name, IReadOnlyList<(double X, double Y)> points) => new(name, "#5b8ad0", "", points);

    public static CurveLine Second(string name, IReadOnlyList<(double X, double Y)> points) => new(name, "#dd8452", "5 3", points);
}
