using System.Text;
using DeepLearningCourse.Plots.Drawing;
using DeepLearningCourse.Runtime;
using DeepLearningCourse.Runtime.Display;

namespace DeepLearningCourse.Plots;

/// <summary>A drawing that can be saved or shown in a notebook, as PNG (pixels) or SVG (lines and letters, sharp at any size).</summary>
/// <remarks>Numbers have a point whatever the system's language is, and curves differ in dashes and marks as well as in colour.</remarks>
[TypeFormatterSource(typeof(PictureFormatterSource), PreferredMimeTypes = ["image/png", "text/plain"])]
public sealed class Picture
{
    private readonly Func<IReadOnlyList<ScottPlot.Plot>> draw;

    /// <param name="width">The usual width in pixels.</param>
    /// <param name="height">The usual height in pixels.</param>
    /// <param name="draw">Makes the parts, which lie one below the other.</param>
    internal Picture(int width, int height, Func<IReadOnlyList<ScottPlot.Plot>> draw) => (Width, Height, this.draw) = (width, height, draw);

    /// <summary>The usual width in pixels.</summary>
    public int Width { get; }

    /// <summary>The usual height in pixels.</summary>
    public int Height { get; }

    /// <summary>The picture as a PNG file of its usual size.</summary>
    public byte[] ToPng() => ToPng(Width, Height);

    /// <summary>The picture as a PNG file. In a larger one letters and lines are larger too.</summary>
    /// <param name="width">Its width in pixels, 100 to 10,000.</param>
    /// <param name="height">Its height in pixels, 100 to 10,000.</param>
    /// <exception cref="ArgumentOutOfRangeException">A size is too small or too large.</exception>
    public byte[] ToPng(int width, int height)
    {
        RequireSize(width, nameof(width));
        RequireSize(height, nameof(height));
        return Canvas.Png(draw(), width, height, Math.Min((double)width / Width, (double)height / Height));
    }

    /// <summary>The picture as an svg element that needs no other file.</summary>
    public string ToSvg() => Canvas.Svg(draw(), Width, Height);

    /// <summary>The picture for a page or a notebook: an img element with the SVG inside, so that the pictures of a page do not disturb each other.</summary>
    public string ToHtml() =>
        FormattableString.Invariant($"<img width=\"{Width}\" height=\"{Height}\" src=\"data:image/svg+xml;base64,{Convert.ToBase64String(Encoding.UTF8.GetBytes(ToSvg()))}\"/>");

    /// <summary>What stands for the picture where none can be shown: <c>Picture of 640×480 pixels</c>.</summary>
    public override string ToString() => FormattableString.Invariant($"Picture of {Width}×{Height} pixels");

    /// <summary>Writes the picture to a file; one that is there is replaced. An interrupted program leaves the old file or the new one.</summary>
    /// <param name="path">The file, whose ending says what it is: .png or .svg. Its folder must exist.</param>
    /// <exception cref="ArgumentException">The ending is another one.</exception>
    /// <exception cref="IOException">The file cannot be written.</exception>
    public void Save(string path)
    {
        ArgumentException.ThrowIfNullOrEmpty(path);
        var bytes = Path.GetExtension(path).ToUpperInvariant() switch
        {
            ".PNG" => ToPng(),
            ".SVG" => Encoding.UTF8.GetBytes(ToSvg()),
            _ => throw new ArgumentException($"The file '{Path.GetFileName(path)}' is to be a picture: give it the ending .png or .svg.", nameof(path)),
        };
        AtomicFile.Write(path, stream => stream.Write(bytes));
    }

    private static void RequireSize(int pixels, string name)
    {
        if (pixels is < 100 or > 10_000)
        {
            throw new ArgumentOutOfRangeException(name, pixels, "A picture is 100 to 10,000 pixels wide and high.");
        }
    }
}
