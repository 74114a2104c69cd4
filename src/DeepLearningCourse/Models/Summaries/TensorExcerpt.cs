using System.Globalization;
using static TorchSharp.torch;

namespace DeepLearningCourse.Models.Summaries;

/// <summary>The numbers of a matrix, or those at its edges where there are many.</summary>
/// <param name="Rows">The index of each row, … between the edges.</param>
/// <param name="Columns">The index of each column.</param>
/// <param name="Cells">The numbers, row by row.</param>
internal sealed record TensorExcerpt(IReadOnlyList<string> Rows, IReadOnlyList<string> Columns, IReadOnlyList<string[]> Cells)
{
    private const string Gap = "…";

    // What a person takes in at a glance, and a page has room for.
    private const int MostCells = 120;
    private const int MostColumns = 20;

    /// <summary>The excerpt of a matrix; makes tensors, which the caller's scope disposes.</summary>
    public static TensorExcerpt Of(Tensor matrix, int edgeItems)
    {
        var (rows, columns) = (matrix.shape[0], matrix.shape[1]);
        var all = columns <= MostColumns && rows * columns <= MostCells;
        var rowsShown = Shown(rows, all ? rows : edgeItems);
        var columnsShown = Shown(columns, all ? columns : edgeItems);
        var texts = Texts(Edges(Edges(matrix, 0, rowsShown), 1, columnsShown).cpu());
        var width = columnsShown.Count(index => index is not null);
        List<string[]> cells = [];
        var read = 0;

        foreach (var row in rowsShown)
        {
            if (row is null)
            {
                cells.Add([.. columnsShown.Select(_ => Gap)]);
                continue;
            }

            var at = read * width;
            cells.Add([.. columnsShown.Select(column => column is null ? Gap : texts[at++])]);
            read++;
        }

        return new TensorExcerpt(Names(rowsShown), Names(columnsShown), cells);
    }

    /// <summary>A number with five digits that say something.</summary>
    public static string Text(double number) =>
        double.IsNaN(number) ? "nan" : double.IsInfinity(number) ? (number > 0 ? "inf" : "-inf") : number.ToString("G5", CultureInfo.InvariantCulture).Replace('E', 'e');

    // Null stands for those left out.
    private static List<long?> Shown(long size, long edge) => size <= (2 * edge) + 1
        ? [.. Enumerable.Range(0, (int)size).Select(index => (long?)index)]
        : [.. Enumerable.Range(0, (int)edge).Select(index => (long?)index), null, .. Enumerable.Range(0, (int)edge).Select(index => (long?)(size - edge + index))];

    private static string[] Names(List<long?> shown) => [.. shown.Select(index => index?.ToString(CultureInfo.InvariantCulture) ?? Gap)];

    private static Tensor Edges(Tensor matrix, int dimension, List<long?> shown)
    {
        var edge = shown.IndexOf(null);
        return edge < 0 ? matrix : cat([matrix.narrow(dimension, 0, edge), matrix.narrow(dimension, matrix.shape[dimension] - edge, edge)], dimension);
    }

    private static string[] Texts(Tensor values)
    {
        if (values.dtype == ScalarType.Bool)
        {
            return [.. values.contiguous().data<bool>().ToArray().Select(value => value ? "true" : "false")];
        }

        if (values.is_complex())
        {
            return [.. values.resolve_conj().resolve_neg().to(ScalarType.ComplexFloat64).contiguous().data<System.Numerics.Complex>().ToArray().Select(Text)];
        }

        return values.is_integral()
            ? [.. values.to(ScalarType.Int64).contiguous().data<long>().ToArray().Select(value => value.ToString(CultureInfo.InvariantCulture))]
            : [.. values.resolve_neg().to(ScalarType.Float64).contiguous().data<double>().ToArray().Select(Text)];
    }

    private static string Text(System.Numerics.Complex value) =>
        $"{Text(value.Real)}{(value.Imaginary < 0 ? "-" : "+")}{Text(Math.Abs(value.Imaginary))}j";
}
