using System.Net;

namespace DeepLearningCourse.Runtime.Display;

/// <summary>Texts as HTML that is XML too.</summary>
internal static class HtmlText
{
    /// <summary>Green, orange and red that can be read on white and on black.</summary>
    public const string Good = "#2a9d5c";

    /// <inheritdoc cref="Good"/>
    public const string Warning = "#d08700";

    /// <inheritdoc cref="Good"/>
    public const string Error = "#e05252";

    /// <summary>A text with all that means something to a browser taken literally.</summary>
    public static string Encode(string text) => WebUtility.HtmlEncode(HasControl(text) ? string.Concat(text.Select(c => IsControl(c) ? '\uFFFD' : c)) : text);

    /// <summary>A paragraph.</summary>
    public static string Paragraph(string text) => $"<p style=\"margin:4px 10px\">{Encode(text)}</p>";

    /// <summary>A sentence with a bar of a colour beside it.</summary>
    public static string Note(string text, string color) => $"<div style=\"margin:4px 0;padding:2px 10px;border-left:4px solid {color};white-space:pre-wrap\">{Encode(text)}</div>";

    /// <summary>A text that is less important than what stands beside it.</summary>
    public static string Faint(string text) => $"<span style=\"opacity:0.65\">{Encode(text)}</span>";

    private static bool HasControl(string text) => text.Any(IsControl);

    // XML has no place for these, not even as a number.
    private static bool IsControl(char c) => c is (< ' ' and not ('\t' or '\n' or '\r')) or '\uFFFE' or '\uFFFF';
}
