using System.Globalization;
using System.Text;
using DeepLearningCourse.Runtime.Display;

namespace DeepLearningCourse.Training.Display;

/// <summary>Epochs as HTML: a table, whose middle is left out where it is long, and the curves of the losses.</summary>
internal static class EpochHtml
{
    // A notebook is kept with its outputs: a long run must not make it large.
    private const int MostRows = 20;
    private const int FirstRows = 5;
    private const int LastRows = 10;

    /// <summary>The table of all epochs, or of the first and the last of many; the smallest validation loss is green.</summary>
    /// <param name="epochs">The epochs.</param>
    /// <param name="withLearningRate">Whether the learning rate has a column though it stays the same.</param>
    public static string Table(IReadOnlyList<EpochResult> epochs, bool withLearningRate = false)
    {
        var columns = EpochTable.Columns(epochs, withLearningRate);
        var best = epochs.Where(epoch => epoch.Validation is not null).MinBy(epoch => epoch.Validation!.Loss);
        StringBuilder text = new(HtmlTable.Begin);
        text.AppendJoin("", columns.Select(column => HtmlTable.Header(column.Header, isNumber: true))).Append("</tr></thead>\n<tbody>\n");

        if (epochs.Count <= MostRows)
        {
            AppendRows(epochs);
        }
        else
        {
            AppendRows(epochs.Take(FirstRows));
            text.Append(CultureInfo.InvariantCulture, $"<tr><td colspan=\"{columns.Count}\" style=\"{HtmlTable.CellStyle}text-align:center;opacity:0.65\">… {epochs.Count - FirstRows - LastRows} epochs{Best()} …</td></tr>\n");
            AppendRows(epochs.Skip(epochs.Count - LastRows));
        }

        return text.Append("</tbody>\n</table>").ToString();

        string Best() => best is null || epochs.Take(FirstRows).Concat(epochs.TakeLast(LastRows)).Contains(best)
            ? ""
            : string.Create(CultureInfo.InvariantCulture, $", among them the smallest validation loss: {Figures.Number(best.Validation!.Loss)} in epoch {best.Epoch}");

        void AppendRows(IEnumerable<EpochResult> rows)
        {
            foreach (var epoch in rows)
            {
                text.Append("<tr>").AppendJoin("", columns.Select(column => HtmlTable.Cell(
                    column.Text(epoch), isNumber: true, epoch == best && column.Header == "validation loss" ? $"color:{HtmlText.Good};font-weight:bold;" : ""))).Append("</tr>\n");
            }
        }
    }

    /// <summary>The losses by epoch; empty before there are two.</summary>
    public static string Curve(IReadOnlyList<EpochResult> epochs) => InlineCurve.Of("epoch",
    [
        CurveLine.First("train loss", [.. epochs.Select(epoch => ((double)epoch.Epoch, epoch.TrainLoss))]),
        CurveLine.Second("validation loss", [.. epochs.Where(epoch => epoch.Validation is not null).Select(epoch => ((double)epoch.Epoch, epoch.Validation!.Loss))]),
    ]);
}
