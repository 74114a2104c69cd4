using System.Globalization;
using System.Text;
using DeepLearningCourse.Runtime.Display;

namespace DeepLearningCourse.Models.Summaries;

/// <summary>A summary as a table of HTML.</summary>
internal static class SummaryHtml
{
    public static string Of(NetworkSummary summary)
    {
        var text = new StringBuilder(HtmlTable.Begin);
        text.AppendJoin("", SummaryRows.Headers.Select(header => HtmlTable.Header(header, SummaryRows.IsNumber(header)))).Append("</tr></thead>\n<tbody>\n");

        foreach (var layer in summary.Layers)
        {
            text.Append(CultureInfo.InvariantCulture, $"<tr title=\"{HtmlText.Encode(layer.Description.Split('\n')[0])}\"><td style=\"{HtmlTable.CellStyle}text-align:left;padding-left:{10 + (18 * layer.Depth)}px\">");
            text.Append(layer.Depth == 0 ? $"<b>{HtmlText.Encode(SummaryRows.Name(summary, layer))}</b>" : HtmlText.Encode(SummaryRows.Name(summary, layer))).Append("</td>");

            text.AppendJoin("", SummaryRows.Cells(summary, layer).Zip(SummaryRows.Headers.Skip(1), (cell, header) => HtmlTable.Cell(cell, SummaryRows.IsNumber(header))));
            text.Append("</tr>\n");
        }

        text.Append(CultureInfo.InvariantCulture, $"</tbody>\n<tfoot><tr><td colspan=\"{SummaryRows.Headers.Length}\" style=\"{HtmlTable.CellStyle}{HtmlTable.RuleStyle}text-align:left\">");
        return text.AppendJoin("<br />", SummaryRows.Totals(summary).Select(HtmlText.Encode)).Append("</td></tr></tfoot>\n</table>").ToString();
    }
}
