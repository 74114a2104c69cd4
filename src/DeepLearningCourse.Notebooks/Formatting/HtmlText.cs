using System.Text.RegularExpressions;

namespace DeepLearningCourse.Notebooks.Formatting;

/// <summary>A text that is shown as HTML.</summary>
/// <param name="html">HTML, put into the page as it is.</param>
public sealed partial class HtmlText(string html)
{
    /// <summary>The HTML.</summary>
    public string ToHtml() => html;

    /// <summary>Its text without the marks, for clients that show no HTML.</summary>
    public override string ToString() =>
        System.Net.WebUtility.HtmlDecode(Blanks().Replace(Tags().Replace(Ends().Replace(Hidden().Replace(html, ""), "\n"), " "), " ")).Trim();

    [GeneratedRegex("<(style|svg|script)\\b.*?</\\1>", RegexOptions.Singleline | RegexOptions.IgnoreCase)]
    private static partial Regex Hidden();

    [GeneratedRegex("</(tr|p|div|h\\d|li|pre|summary)>|<br/?>", RegexOptions.IgnoreCase)]
    private static partial Regex Ends();

    [GeneratedRegex("<[^>]*>")]
    private static partial Regex Tags();

    [GeneratedRegex("[ \\t]+")]
    private static partial Regex Blanks();
}
