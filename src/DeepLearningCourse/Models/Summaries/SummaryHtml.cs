using System.Globalization;
using System.Net;
using System.Text;

namespace DeepLearningCourse.Models.Summaries;

/// <summary>A summary as a table of HTML.</summary>
internal static class SummaryHtml
{
    private const string Cell = "padding:2px 10px;border:none;";
    private const string Line = "border-bottom:1px solid currentColor;";

    public static string Of(NetworkSummary summary)
    {
        var text = new StringBuilder("<table style=\"border-collapse:collapse;font-size:90%\">\n<thead><tr>");

        foreach (var header in SummaryRows.Headers)
        {
            text.Append(CultureInfo.InvariantCulture, $"<th style=\"{Cell}{Line}{Align(header)}\">{header}</th>");
        }

        text.Append("</tr></thead>\n<tbody>\n");

        foreach (var layer in summary.Layers)
        {
            text.Append(CultureInfo.InvariantCulture, $"<tr title=\"{Encode(layer.Description.Split('\n')[0])}\"><td style=\"{Cell}text-align:left;padding-left:{10 + (18 * layer.Depth)}px\">");
            text.Append(layer.Depth == 0 ? $"<b>{Encode(SummaryRows.Name(summary, layer))}</b>" : Encode(SummaryRows.Name(summary, layer))).Append("</td>");

            foreach (var (cell, header) in SummaryRows.Cells(summary, layer).Zip(SummaryRows.Headers.Skip(1)))
            {
                text.Append(CultureInfo.InvariantCulture, $"<td style=\"{Cell}{Align(header)}\">{Encode(cell)}</td>");
            }

            text.Append("</tr>\n");
        }

        text.Append(CultureInfo.InvariantCulture, $"</tbody>\n<tfoot><tr><td colspan=\"{SummaryRows.Headers.Length}\" style=\"{Cell}text-align:left;border-top:1px solid currentColor\">");
        return text.AppendJoin("<br />", SummaryRows.Totals(summary).Select(Encode)).Append("</td></tr></tfoot>\n</table>").ToString();
    }

    private static string Align(string header) => header is "Parameters" or "Multiply-adds" or "Memory" ? "text-align:right" : "text-align:left";

    private static string Encode(string text) => WebUtility.HtmlEncode(text);
}
