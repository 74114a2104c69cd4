namespace DeepLearningCourse.Plots.Drawing;

/// <summary>A curve: points from left to right.</summary>
internal sealed record Series(string Name, IReadOnlyList<(double X, double Y)> Points)
{
    /// <summary>The points that can be drawn.</summary>
    public (double[] X, double[] Y) Finite()
    {
        var finite = Points.Where(point => double.IsFinite(point.X) && double.IsFinite(point.Y)).ToList();
        return ([.. finite.Select(point => point.X)], [.. finite.Select(point => point.Y)]);
    }
}
