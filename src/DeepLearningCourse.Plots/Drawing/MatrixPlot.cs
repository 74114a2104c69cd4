using DeepLearningCourse.Metrics;
using ScottPlot;
using ScottPlot.TickGenerators;

namespace DeepLearningCourse.Plots.Drawing;

/// <summary>A confusion matrix as cells with numbers in them, as it was when this was made.</summary>
internal sealed class MatrixPlot
{
    private const int AxisRoom = 70;
    private const float TitleSize = 17;

    private readonly long[,] counts;
    private readonly string[] names;
    private readonly bool isNormalized;
    private readonly PlotTexts words;
    private readonly int cell;
    private readonly float nameSize;
    private readonly int nameRoom;
    private readonly float numberSize;

    public MatrixPlot(ConfusionMatrix matrix, string[] names, bool isNormalized, PlotTexts words)
    {
        (this.names, this.isNormalized, this.words) = (names, isNormalized, words);
        counts = new long[matrix.Classes, matrix.Classes];

        for (var actual = 0; actual < matrix.Classes; actual++)
        {
            for (var predicted = 0; predicted < matrix.Classes; predicted++)
            {
                counts[actual, predicted] = matrix[actual, predicted];
            }
        }

        cell = Classes switch { <= 4 => 90, <= 12 => 48, <= 30 => 30, _ => 12 };
        nameSize = Math.Clamp(cell * 0.3f, 8, 14);
        nameRoom = (int)names.Max(name => Letters.Width(name, nameSize)) + 20;
        numberSize = NumberSize();
    }

    public int Width => Math.Max(AxisRoom + nameRoom + (cell * Classes), words.Title is null ? 0 : (int)Letters.Width(words.Title, TitleSize) + 30);

    public int Height => (words.Title is null ? 20 : 50) + AxisRoom + (TurnsNames ? nameRoom - 20 : 0) + (cell * Classes);

    private int Classes => names.Length;

    /// <summary>Names wider than their column stand upright.</summary>
    private bool TurnsNames => nameRoom - 12 > cell;

    public Plot Draw()
    {
        Plot plot = new();
        CurvePlot.Name(plot, words.PredictedClass, words.TrueClass, words.Title);
        plot.HideGrid();

        for (var actual = 0; actual < Classes; actual++)
        {
            for (var predicted = 0; predicted < Classes; predicted++)
            {
                DrawCell(plot, actual, predicted);
            }
        }

        Letters.Apply(plot);
        plot.Axes.SetLimits(-0.5, Classes - 0.5, Classes - 0.5, -0.5);
        NameClasses(plot);
        return plot;
    }

    private void DrawCell(Plot plot, int actual, int predicted)
    {
        var share = Share(actual, predicted);
        var depth = double.IsNaN(share) ? 0 : share;
        var rectangle = plot.Add.Rectangle(predicted - 0.5, predicted + 0.5, actual - 0.5, actual + 0.5);
        rectangle.FillColor = Shade(depth);
        rectangle.LineColor = new Color("#C8C8C8");
        rectangle.LineWidth = 1;

        // In very small cells numbers could not be read.
        if (cell < 24)
        {
            return;
        }

        var text = plot.Add.Text(Number(actual, predicted), predicted, actual);
        text.LabelAlignment = Alignment.MiddleCenter;
        text.LabelFontColor = depth > 0.5 ? Colors.White : Colors.Black;
        text.LabelFontSize = numberSize;
        text.LabelPadding = 0;
    }

    /// <summary>All numbers are as large as the widest may be.</summary>
    private float NumberSize()
    {
        const float Usual = 16;
        var widest = Enumerable.Range(0, Classes).Max(actual => Enumerable.Range(0, Classes).Max(predicted => Letters.Width(Number(actual, predicted), Usual)));
        return Math.Min(cell * 0.32f, Usual * cell * 0.85f / widest);
    }

    private string Number(int actual, int predicted) => isNormalized ? NumberTexts.Share(Share(actual, predicted)) : NumberTexts.Count(counts[actual, predicted]);

    private double Share(int actual, int predicted)
    {
        var samples = Enumerable.Range(0, Classes).Sum(column => counts[actual, column]);
        return samples == 0 ? double.NaN : (double)counts[actual, predicted] / samples;
    }

    /// <summary>White to dark blue, darker with each step for the eyes and for a printer.</summary>
    private static Color Shade(double depth) => Color.InterpolateRgb(Colors.White, new Color("#08306B"), depth);

    private void NameClasses(Plot plot)
    {
        foreach (IAxis axis in new IAxis[] { plot.Axes.Bottom, plot.Axes.Left })
        {
            axis.TickGenerator = new NumericManual([.. Enumerable.Range(0, Classes).Select(one => (double)one)], names);
            axis.MajorTickStyle.Length = 0;
            axis.TickLabelStyle.FontSize = nameSize;
        }

        if (TurnsNames)
        {
            plot.Axes.Bottom.TickLabelStyle.Rotation = -90;
            plot.Axes.Bottom.TickLabelStyle.Alignment = Alignment.MiddleRight;
            plot.Axes.Bottom.MinimumSize = nameRoom + 20;
        }
    }
}
