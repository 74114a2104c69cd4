using System.Text;
using System.Text.RegularExpressions;
using ScottPlot;
using SkiaSharp;

namespace DeepLearningCourse.Plots.Drawing;

/// <summary>Plots one below the other, on pixels or as SVG.</summary>
internal static partial class Canvas
{
    private const float Margin = 6;

    /// <summary>Draws and disposes the plots.</summary>
    /// <param name="plots">From above.</param>
    /// <param name="width">In pixels.</param>
    /// <param name="height">In pixels.</param>
    /// <param name="scale">How large letters and lines are, 1 is usual.</param>
    public static byte[] Png(IReadOnlyList<Plot> plots, int width, int height, double scale)
    {
        using var surface = SKSurface.Create(new SKImageInfo(width, height, SKColorType.Rgba8888, SKAlphaType.Premul))
            ?? throw new InvalidOperationException(FormattableString.Invariant($"There is no memory for a picture of {width} × {height} pixels."));
        surface.Canvas.Scale((float)scale);
        Draw(plots, surface.Canvas, (float)(width / scale), (float)(height / scale));
        using var image = surface.Snapshot();
        using var data = image.Encode(SKEncodedImageFormat.Png, 100);
        return data.ToArray();
    }

    /// <summary>Draws and disposes the plots.</summary>
    /// <param name="plots">From above.</param>
    /// <param name="width">In pixels.</param>
    /// <param name="height">In pixels.</param>
    public static string Svg(IReadOnlyList<Plot> plots, int width, int height)
    {
        using MemoryStream stream = new();

        // The text is whole only when the canvas is disposed.
        using (var canvas = SKSvgCanvas.Create(new SKRect(0, 0, width, height), stream))
        {
            Draw(plots, canvas, width, height);
        }

        return WithOwnNumbers(Encoding.UTF8.GetString(stream.ToArray()));
    }

    /// <summary>Skia numbers the parts of all drawings of a process on: the same picture is to be the same text.</summary>
    private static string WithOwnNumbers(string svg)
    {
        Dictionary<string, string> names = [];
        return PartName().Replace(svg, match =>
        {
            if (!names.TryGetValue(match.Value, out var name))
            {
                names.Add(match.Value, name = FormattableString.Invariant($"part{names.Count}"));
            }

            return name;
        });
    }

    [GeneratedRegex("""(?<=id="|url\(#)[a-z]+_[0-9a-f]+""")]
    private static partial Regex PartName();

    private static void Draw(IReadOnlyList<Plot> plots, SKCanvas canvas, float width, float height)
    {
        using SKPaint white = new() { Color = SKColors.White };
        canvas.DrawRect(0, 0, width, height, white);
        var each = (height - (2 * Margin)) / plots.Count;

        for (var i = 0; i < plots.Count; i++)
        {
            using var plot = plots[i];
            plot.RenderManager.ClearCanvasBeforeEachRender = false;
            PixelRect place = new(Margin, width - Margin, Margin + ((i + 1) * each), Margin + (i * each));

            // The first time it draws everything twice, because the room for the axes depends on their numbers: that time nobody looks.
            using SKNoDrawCanvas nowhere = new((int)width, (int)height);
            plot.Render(nowhere, place);
            plot.Render(canvas, place);
        }
    }
}
