using System.Buffers.Binary;
using System.Globalization;
using System.Xml.Linq;

namespace DeepLearningCourse.Plots.Tests;

/// <summary>What can be read from a picture.</summary>
internal static class Pictures
{
    private static readonly XNamespace Svg = "http://www.w3.org/2000/svg";

    /// <summary>The texts of an SVG, in the order they are drawn in.</summary>
    public static List<string> Texts(this Picture picture) => [.. XDocument.Parse(picture.ToSvg()).Descendants(Svg + "text").Select(text => text.Value.Trim())];

    /// <summary>The points in pixels of the whole line that comes first; dashed ones are filled areas in an SVG.</summary>
    public static List<(double X, double Y)> FirstLine(this Picture picture) =>
        XDocument.Parse(picture.ToSvg()).Descendants(Svg + "path")
            .Where(path => (string?)path.Attribute("stroke-width") == "2")
            .Select(path => Points((string)path.Attribute("d")!))
            .First();

    /// <summary>The colours of the cells of a matrix, row after row.</summary>
    public static List<string> Cells(this Picture picture, int classes) =>
        [.. XDocument.Parse(picture.ToSvg()).Descendants(Svg + "g").Elements(Svg + "rect")
            .Where(cell => cell.Attribute("stroke") is null)
            .Select(cell => (string?)cell.Attribute("fill") ?? "black")
            .Take(classes * classes)];

    public static (int Width, int Height) SizeOfPng(byte[] png)
    {
        Assert.That(png[..8], Is.EqualTo(new byte[] { 0x89, 0x50, 0x4E, 0x47, 0x0D, 0x0A, 0x1A, 0x0A }));
        return (BinaryPrimitives.ReadInt32BigEndian(png.AsSpan(16)), BinaryPrimitives.ReadInt32BigEndian(png.AsSpan(20)));
    }

    private static List<(double X, double Y)> Points(string path) =>
        [.. path.Split(['M', 'L'], StringSplitOptions.RemoveEmptyEntries).Select(pair => pair.Split(' ')).Select(pair => (Number(pair[0]), Number(pair[1])))];

    private static double Number(string text) => double.Parse(text, CultureInfo.InvariantCulture);
}
