using System.Globalization;
using DeepLearningCourse.Data;
using DeepLearningCourse.Models.Printing;
using DeepLearningCourse.Runtime.Display;

namespace DeepLearningCourse.Models.Summaries;

/// <summary>The statistics of parameters as a table of text or HTML.</summary>
internal static class ParameterTable
{
    // Those that are words, on the left of their column; the rest are numbers.
    private const int WordColumns = 4;

    private static readonly (string Header, bool OfGradient, Func<ParameterStatistics, string> Text)[] All =
    [
        ("Parameter", false, p => p.Name),
        ("Shape", false, p => Shapes.Text([.. p.Shape])),
        ("Type", false, p => PythonText.Names(p.Dtype).Type["torch.".Length..]),
        ("Trainable", false, p => p.Trainable ? "yes" : "no"),
        ("Mean", false, p => Number(p.Mean)),
        ("Std", false, p => Number(p.StandardDeviation)),
        ("Min", false, p => Number(p.Min)),
        ("Max", false, p => Number(p.Max)),
        ("Norm", false, p => Number(p.Norm)),
        ("Zeros", false, p => Share(p.ZeroShare)),
        ("NaN/inf", false, p => Count(p.NaNCount + p.InfinityCount)),
        ("Grad norm", true, p => Number(p.GradientNorm)),
        ("Grad mean |g|", true, p => Number(p.GradientMeanAbsolute)),
        ("Grad zeros", true, p => Share(p.GradientZeroShare)),
        ("Grad/weight", true, p => Number(p.GradientToWeightRatio)),
    ];

    public static string Text(ParameterReport report)
    {
        var (lines, rule) = TextTable.Of(Rows(report), IsNumber);
        lines.Insert(1, rule);
        return string.Join('\n', lines);
    }

    public static string Html(ParameterReport report)
    {
        var rows = Rows(report);
        return HtmlTable.Of(rows[0], rows.Skip(1), IsNumber);
    }

    private static List<string[]> Rows(ParameterReport report)
    {
        var hasGradient = report.Parameters.Any(parameter => parameter.GradientNorm is not null);
        var columns = All.Where(column => hasGradient || !column.OfGradient).ToList();
        return [[.. columns.Select(column => column.Header)], .. report.Parameters.Select(parameter => columns.Select(column => column.Text(parameter)).ToArray())];
    }

    private static bool IsNumber(int column) => column >= WordColumns;

    private static string Number(double? value) => value is { } number ? number.ToString("G4", CultureInfo.InvariantCulture) : "-";

    private static string Share(double? value) => value is { } share ? string.Create(CultureInfo.InvariantCulture, $"{100 * share:F1} %") : "-";

    private static string Count(long count) => count.ToString("N0", CultureInfo.InvariantCulture);
}
