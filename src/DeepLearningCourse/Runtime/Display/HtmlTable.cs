using System.Text;

namespace DeepLearningCourse.Runtime.Display;

/// <summary>Tables of HTML that bring their own style: no line of it is a script, and colours are half transparent or the page's own, for light and dark pages.</summary>
internal static class HtmlTable
{
    // A page without a doctype gives tables black text, on dark pages too.
    public const string Begin = "<table style=\"border-collapse:collapse;font-size:90%;color:inherit\">\n<thead><tr>";

    /// <summary>What every cell has.</summary>
    public const string CellStyle = "padding:2px 10px;border:none;";

    /// <summary>What a row has that something separates from the one above it.</summary>
    public const string RuleStyle = "border-top:1px solid currentColor;";

    /// <summary>A whole table.</summary>
    /// <param name="headers">The headers.</param>
    /// <param name="rows">The rows, each as long as the headers.</param>
    /// <param name="isNumber">Whether a column stands on the right.</param>
    /// <param name="foot">Rows below a rule.</param>
    public static string Of(
        IEnumerable<string> headers, IEnumerable<IEnumerable<string>> rows, Func<int, bool> isNumber, IEnumerable<IEnumerable<string>>? foot = null)
    {
        StringBuilder text = new(Begin);
        text.AppendJoin("", headers.Select((header, column) => Header(header, isNumber(column)))).Append("</tr></thead>\n<tbody>\n");

        foreach (var row in rows)
        {
            AppendRow(row, "");
        }

        text.Append("</tbody>\n");

        if (foot is not null)
        {
            var rule = RuleStyle;
            text.Append("<tfoot>\n");

            foreach (var row in foot)
            {
                AppendRow(row, rule);
                rule = "";
            }

            text.Append("</tfoot>\n");
        }

        return text.Append("</table>").ToString();

        void AppendRow(IEnumerable<string> row, string style) =>
            text.Append("<tr>").AppendJoin("", row.Select((cell, column) => Cell(cell, isNumber(column), style))).Append("</tr>\n");
    }

    public static string Header(string text, bool isNumber) => Element("th", text, isNumber, "border-bottom:1px solid currentColor;");

    /// <summary>A cell.</summary>
    /// <param name="text">What stands in it.</param>
    /// <param name="isNumber">Whether it stands on the right.</param>
    /// <param name="style">What it has besides <see cref="CellStyle"/>, with a semicolon at its end.</param>
    public static string Cell(string text, bool isNumber, string style = "") => Element("td", text, isNumber, style);

    private static string Element(string element, string text, bool isNumber, string style) =>
        $"<{element} style=\"{CellStyle}{style}text-align:{(isNumber ? "right" : "left")}\">{HtmlText.Encode(text)}</{element}>";
}
