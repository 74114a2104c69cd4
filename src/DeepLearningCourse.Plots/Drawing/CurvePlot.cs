using ScottPlot;
using ScottPlot.TickGenerators;

namespace DeepLearningCourse.Plots.Drawing;

/// <summary>A plot of curves with axes, grid and legend.</summary>
internal static class CurvePlot
{
    /// <summary>The room of an axis's numbers and name: the same in all plots of a picture, so that they stand below each other.</summary>
    private const float LeftRoom = 80;

    public static Plot Of(IReadOnlyList<Series> series, string xAxis, string yAxis, string? title, bool isMarked)
    {
        Plot plot = new();

        for (var i = 0; i < series.Count; i++)
        {
            var (x, y) = series[i].Finite();
            var curve = plot.Add.Scatter(x, y);
            curve.LegendText = series[i].Name;
            CurveStyle.Apply(curve, i, x.Length, isMarked);
        }

        Name(plot, xAxis, yAxis, title);
        plot.Axes.Bottom.TickGenerator = Ticks();
        plot.Axes.Left.TickGenerator = Ticks();
        plot.Axes.Bottom.MinorTickStyle.Length = 0;
        plot.Axes.Left.MinorTickStyle.Length = 0;
        plot.Axes.Left.MinimumSize = LeftRoom;
        plot.Grid.MajorLineColor = new Color("#E4E4E4");

        if (series.Any(one => one.Name.Length > 0))
        {
            ShowLegend(plot, Alignment.UpperRight);
        }

        return plot;
    }

    public static void Name(Plot plot, string xAxis, string yAxis, string? title)
    {
        Letters.Apply(plot);
        plot.XLabel(xAxis, 15);
        plot.YLabel(yAxis, 15);
        plot.Axes.Bottom.Label.Bold = false;
        plot.Axes.Left.Label.Bold = false;

        if (!string.IsNullOrEmpty(title))
        {
            plot.Title(title, 17);
        }
    }

    public static void ShowLegend(Plot plot, Alignment place)
    {
        plot.ShowLegend(place);
        plot.Legend.FontSize = 13;
        plot.Legend.SymbolWidth = 45;
        plot.Legend.ShadowColor = Colors.Transparent;
        plot.Legend.OutlineColor = new Color("#B0B0B0");
    }

    /// <summary>Numbers of epochs and steps are whole.</summary>
    public static void CountOnXAxis(Plot plot)
    {
        var ticks = Ticks();
        ticks.IntegerTicksOnly = true;
        plot.Axes.Bottom.TickGenerator = ticks;
    }

    /// <summary>Both axes from 0 to 1, with a little room for the curves at the edges.</summary>
    public static void UnitSquare(Plot plot)
    {
        plot.Axes.SetLimits(-0.02, 1.02, -0.02, 1.02);
        double[] fifths = [0, 0.2, 0.4, 0.6, 0.8, 1];
        string[] labels = [.. fifths.Select(NumberTexts.Of)];
        plot.Axes.Bottom.TickGenerator = new NumericManual(fifths, labels);
        plot.Axes.Left.TickGenerator = new NumericManual(fifths, labels);
        plot.Axes.Left.MinimumSize = 0;
    }

    private static NumericAutomatic Ticks() => new() { LabelFormatter = NumberTexts.Of, TickDensity = 0.6 };
}
