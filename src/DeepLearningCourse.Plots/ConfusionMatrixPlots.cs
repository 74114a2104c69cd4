using DeepLearningCourse.Metrics;
using DeepLearningCourse.Plots.Drawing;

namespace DeepLearningCourse.Plots;

/// <summary>Draws confusion matrices.</summary>
/// <example>
/// <code>
/// evaluation.ConfusionMatrix!.Plot(["malignant", "benign"]).Save("matrix.svg");
/// </code>
/// </example>
public static class ConfusionMatrixPlots
{
    /// <summary>Draws a matrix as cells, a row for each true class from above and a column for each predicted one; the darker, the more samples of the true class.</summary>
    /// <param name="matrix">The matrix.</param>
    /// <param name="classNames">A name for each class; null for their numbers.</param>
    /// <param name="isNormalized">Whether the cells have the shares of their true class, 0 to 1, in place of the numbers of samples.</param>
    /// <param name="texts">The words; null for English.</param>
    /// <exception cref="ArgumentException">There is another number of names than of classes.</exception>
    public static Picture Plot(this ConfusionMatrix matrix, IReadOnlyList<string>? classNames = null, bool isNormalized = false, PlotTexts? texts = null)
    {
        ArgumentNullException.ThrowIfNull(matrix);

        if (classNames is not null && classNames.Count != matrix.Classes)
        {
            throw new ArgumentException($"There are {classNames.Count} names for {matrix.Classes} classes.", nameof(classNames));
        }

        string[] names = [.. classNames ?? Enumerable.Range(0, matrix.Classes).Select(one => NumberTexts.Count(one))];
        MatrixPlot plot = new(matrix, names, isNormalized, texts ?? PlotTexts.English);
        return new Picture(plot.Width, plot.Height, () => [plot.Draw()]);
    }
}
