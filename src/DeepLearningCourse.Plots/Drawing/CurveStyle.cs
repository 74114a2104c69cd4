using ScottPlot;

namespace DeepLearningCourse.Plots.Drawing;

/// <summary>How the curves of a plot differ, with colours and without.</summary>
internal static class CurveStyle
{
    /// <summary>More marks would hide their curve.</summary>
    private const int MostMarks = 40;

    private static readonly LinePattern[] Patterns =
        [LinePattern.Solid, new([8, 4], 0, "dashes"), new([2, 3], 0, "dots"), new([10, 3, 2, 3], 0, "dashes and dots"), new([16, 4], 0, "long dashes")];

    private static readonly MarkerShape[] Marks =
        [MarkerShape.FilledCircle, MarkerShape.OpenSquare, MarkerShape.FilledTriangleUp, MarkerShape.OpenDiamond, MarkerShape.Eks];

    /// <summary>Blue, orange, green, purple, sky: apart for the colour-blind, and all dark enough on white.</summary>
    private static readonly Color[] Colors = [new("#0050A0"), new("#C64F00"), new("#00704F"), new("#8C3A88"), new("#3A3A3A")];

    public static void Apply(ScottPlot.Plottables.Scatter curve, int index, int points, bool isMarked)
    {
        curve.Color = Colors[index % Colors.Length];
        curve.LineWidth = 2;
        curve.LinePattern = Patterns[index % Patterns.Length];
        curve.MarkerShape = isMarked && points <= MostMarks ? Marks[index % Marks.Length] : MarkerShape.None;
        curve.MarkerSize = 7;
        curve.MarkerLineWidth = 1.5f;
    }
}
