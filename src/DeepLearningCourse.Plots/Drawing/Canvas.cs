using System.Text;
using ScottPlot;
using SkiaSharp;

namespace DeepLearningCourse.Plots.Drawing;

/// <summary>Plots one below the other, on pixels or as SVG.</summary>
internal static class Canvas
{
    /// <summary>Draws and disposes the plots.</summary>
    /// <param name="plots">From above.</param>
    /// <param name="width">In pixels.</param>
    /// <param name="height">In pixels.</param>
    /// <param name="scale">How large letters and lines are, 1 is usual.</param>
    public static byte[] Png(IReadOnlyList<Plot> plots, int width, int height, double scale)
    {
        using var surface = SKSurface.Create(new SKImageInfo(width, height, SKColorType.Rgba8888, SKAlphaType.Premul))
            ?? throw new InvalidOperationException(FormattableString.Invariant($"There is no memory for a picture of {width} × {height} pixels."));
        surface.Canvas.Clear(SKColors.White);
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

        return Encoding.UTF8.GetString(stream.ToArray());
    }

    private static void Draw(IReadOnlyList<Plot> plots, SKCanvas canvas, float width, float height)
    {
        var each = height / plots.Count;

        for (var i = 0; i < plots.Count; i++)
        {
            using var plot = plots[i];
            plot.RenderManager.ClearCanvasBeforeEachRender = false;
            plot.Render(canvas, new PixelRect(0, width, (i + 1) * each, i * each));
        }
    }
}
