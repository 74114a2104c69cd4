using System.Globalization;
using System.Text;
using DeepLearningCourse.Runtime.Display;

namespace DeepLearningCourse.Metrics;

/// <summary>A confusion matrix as a table of HTML.</summary>
internal static class ConfusionMatrixHtml
{
    public static string Of(ConfusionMatrix matrix)
    {
        var classes = Enumerable.Range(0, matrix.Classes).ToList();
        StringBuilder text = new(HtmlTable.Begin);
        text.Append(HtmlTable.Header("actual \\ predicted", isNumber: false)).AppendJoin("", classes.Select(label => HtmlTable.Header(Text(label), isNumber: true)));
        text.Append("</tr></thead>\n<tbody>\n");

        foreach (var actual in classes)
        {
            var row = classes.Select(predicted => matrix[actual, predicted]).ToList();
            text.Append("<tr>").Append(HtmlTable.Cell(Text(actual), isNumber: true)).AppendJoin("", row.Select(count => Cell(count, row.Sum()))).Append("</tr>\n");
        }

        return text.Append("</tbody>\n</table>").ToString();
    }

    // Half transparent at most, so that the text can be read on light and on dark pages.
    private static string Cell(long count, long all) => string.Create(CultureInfo.InvariantCulture,
        $"<td style=\"{HtmlTable.CellStyle}text-align:right;background:rgba(76,114,176,{(all == 0 ? 0 : 0.5 * count / all):0.##})\">{count}</td>");

    private static string Text(long number) => number.ToString(CultureInfo.InvariantCulture);
}
