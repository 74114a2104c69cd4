using ScottPlot;
using SkiaSharp;

namespace DeepLearningCourse.Plots.Drawing;

/// <summary>The font of pictures: one without serifs, which what a system takes by default need not be.</summary>
internal static class Letters
{
    private static readonly string[] Liked = ["DejaVu Sans", "Segoe UI", "Helvetica Neue", "Liberation Sans", "Arial", "Noto Sans"];

    private static readonly Lazy<string> Font = new(Find);

    public static void Apply(Plot plot) => plot.Font.Set(Font.Value);

    /// <summary>How wide a text is, in pixels.</summary>
    public static float Width(string text, float size)
    {
        using var typeface = SKTypeface.FromFamilyName(Font.Value);
        using SKFont font = new(typeface, size);
        return font.MeasureText(text);
    }

    private static string Find()
    {
        var installed = SKFontManager.Default.FontFamilies.ToHashSet(StringComparer.OrdinalIgnoreCase);
        return Array.Find(Liked, installed.Contains) ?? Fonts.Default;
    }
}
