using System.Net;

namespace DeepLearningCourse.Models.Summaries;

/// <summary>The pieces of a table of HTML that brings its own style.</summary>
internal static class HtmlTable
{
    public const string Begin = "<table style=\"border-collapse:collapse;font-size:90%\">\n<thead><tr>";

    /// <summary>What every cell has.</summary>
    public const string CellStyle = "padding:2px 10px;border:none;";

    public static string Header(string text, bool isNumber) => Cell("th", text, isNumber, "border-bottom:1px solid currentColor;");

    public static string Cell(string text, bool isNumber) => Cell("td", text, isNumber, "");

    public static string Encode(string text) => WebUtility.HtmlEncode(text);

    private static string Cell(string element, string text, bool isNumber, string style) =>
        $"<{element} style=\"{CellStyle}{style}text-align:{(isNumber ? "right" : "left")}\">{Encode(text)}</{element}>";
}
