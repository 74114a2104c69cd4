using System.Diagnostics.CodeAnalysis;
using System.Globalization;
using System.Text;
using DeepLearningCourse.Data;
using DeepLearningCourse.Models.Printing;
using DeepLearningCourse.Runtime.Display;
using static TorchSharp.torch;

namespace DeepLearningCourse.Models.Summaries;

/// <summary>A tensor as HTML.</summary>
internal static class TensorHtml
{
    // A sparse tensor may stand for more numbers than there is memory.
    private const long MostMeasured = 1_000_000;

    public static string Of(Tensor tensor, int edgeItems)
    {
        if (tensor.IsInvalid)
        {
            return $"<div>\n{HtmlText.Note("This tensor was disposed: there is nothing left to show. Was it made in a dispose scope that has ended?", HtmlText.Warning)}\n</div>";
        }

        return $"<div>\n<div style=\"margin:4px 10px\"><b>Tensor {HtmlText.Encode(Shapes.Text(tensor))}</b>{HtmlText.Faint(Kind(tensor))}</div>\n{Contents(tensor, edgeItems)}</div>";
    }

    private static string Kind(Tensor tensor)
    {
        StringBuilder text = new();
        text.Append(CultureInfo.InvariantCulture, $" \u00B7 {PythonText.Names(tensor.dtype).Type["torch.".Length..]} \u00B7 {tensor.device}");
        text.Append(tensor.requires_grad ? " \u00B7 requires_grad" : "");
        return text.Append(tensor.is_sparse ? " \u00B7 sparse" : "").ToString();
    }

    [SuppressMessage("Design", "CA1031", Justification = "A tensor whose numbers libtorch cannot read still has a shape to show.")]
    private static string Contents(Tensor tensor, int edgeItems)
    {
        if (tensor.is_meta)
        {
            return HtmlText.Paragraph("A tensor of the meta device has a shape and no numbers.") + "\n";
        }

        try
        {
            using var noGradients = no_grad();
            using var scope = NewDisposeScope();

            if (tensor.is_sparse && tensor.numel() > MostMeasured)
            {
                return HtmlText.Paragraph("Too large to show the numbers of a sparse tensor.") + "\n";
            }

            var plain = tensor.detach();
            var dense = plain.is_sparse ? plain.to_dense() : plain;
            return Values(dense, edgeItems) + Statistics(dense);
        }
        catch (Exception exception)
        {
            return HtmlText.Paragraph($"Its numbers cannot be shown: {exception.Message.Split('\n')[0]}") + "\n";
        }
    }

    private static string Values(Tensor tensor, int edgeItems)
    {
        if (tensor.numel() == 0)
        {
            return HtmlText.Paragraph("It is empty.") + "\n";
        }

        var sizes = tensor.shape;

        if (sizes.Length == 0)
        {
            return HtmlText.Paragraph(TensorExcerpt.Of(tensor.reshape(1, 1), edgeItems).Cells[0][0]) + "\n";
        }

        if (sizes.Length <= 2)
        {
            var excerpt = TensorExcerpt.Of(sizes.Length == 2 ? tensor : tensor.unsqueeze(0), edgeItems);
            return Table(excerpt, sizes.Length == 2) + "\n";
        }

        return Slices(tensor, edgeItems);
    }

    /// <summary>The first matrices of a tensor with more than two dimensions, with their indices.</summary>
    private static string Slices(Tensor tensor, int edgeItems)
    {
        var leading = tensor.shape[..^2];
        var count = leading.Aggregate(1L, (product, size) => product * size);
        StringBuilder text = new();

        for (var slice = 0L; slice < Math.Min(count, edgeItems); slice++)
        {
            var matrix = tensor;
            var indices = Indices(slice, leading);

            foreach (var index in indices)
            {
                matrix = matrix.select(0, index);
            }

            text.Append(HtmlText.Paragraph($"[{string.Join(", ", indices)}, :, :]")).Append('\n').Append(Table(TensorExcerpt.Of(matrix, edgeItems), withRows: true)).Append('\n');
        }

        if (count > edgeItems)
        {
            text.Append(HtmlText.Paragraph(string.Create(CultureInfo.InvariantCulture, $"… and {count - edgeItems:N0} more such matrices."))).Append('\n');
        }

        return text.ToString();
    }

    private static long[] Indices(long slice, long[] sizes)
    {
        var indices = new long[sizes.Length];

        for (var dimension = sizes.Length - 1; dimension >= 0; dimension--)
        {
            (slice, indices[dimension]) = Math.DivRem(slice, sizes[dimension]);
        }

        return indices;
    }

    private static string Table(TensorExcerpt excerpt, bool withRows)
    {
        IEnumerable<string> corner = withRows ? [""] : [];
        return HtmlTable.Of(
            [.. corner, .. excerpt.Columns],
            excerpt.Rows.Zip(excerpt.Cells, (row, cells) => withRows ? cells.Prepend(row) : cells),
            _ => true);
    }

    private static string Statistics(Tensor tensor)
    {
        if (tensor.numel() is < 2 or > MostMeasured || tensor.dtype == ScalarType.Bool || tensor.is_complex())
        {
            return "";
        }

        // Apple's graphics processors have no float64.
        var numbers = tensor.cpu().to(ScalarType.Float64).flatten();
        var finite = numbers.isfinite();
        var count = finite.sum().item<long>();
        var lost = numbers.numel() - count;
        StringBuilder text = new();

        if (count > 0)
        {
            var chosen = lost == 0 ? numbers : numbers.masked_select(finite);
            text.Append(CultureInfo.InvariantCulture, $"min {Number(chosen.min())} \u00B7 mean {Number(chosen.mean())} \u00B7 max {Number(chosen.max())}");
        }

        if (lost > 0)
        {
            var missing = numbers.isnan().sum().item<long>();
            text.Append(CultureInfo.InvariantCulture, $"{(count > 0 ? " of the finite numbers \u00B7 " : "")}NaN {missing:N0} \u00B7 infinite {lost - missing:N0}");
        }

        return $"<div style=\"margin:4px 10px\">{HtmlText.Faint(text.ToString())}</div>\n";
    }

    private static string Number(Tensor number) => TensorExcerpt.Text(number.item<double>());
}
