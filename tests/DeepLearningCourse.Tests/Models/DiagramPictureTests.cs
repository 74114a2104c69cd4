using System.Globalization;
using System.Xml.Linq;
using DeepLearningCourse.Models;
using static DeepLearningCourse.Tests.Models.DiagramNetworks;
using static TorchSharp.torch;

namespace DeepLearningCourse.Tests.Models;

public sealed class DiagramPictureTests : NetworkTest
{
    private static readonly XNamespace Svg = "http://www.w3.org/2000/svg";

    [Test]
    public void The_picture_has_a_box_for_each_call_and_nothing_overlaps()
    {
        foreach (var diagram in Diagrams())
        {
            var svg = XElement.Parse(diagram.ToSvg());
            var boxes = Rectangles(svg, "layer", "input", "output");
            var calls = diagram.ToMermaid().Split('\n').Count(line => line.Contains("[\"", StringComparison.Ordinal) && !line.Contains("subgraph", StringComparison.Ordinal));

            Assert.That(boxes, Has.Count.EqualTo(calls));
            Assert.That(boxes.SelectMany((a, i) => boxes.Skip(i + 1).Where(b => Overlap(a, b))), Is.Empty);
            Assert.That(Rectangles(svg, "frame"), Has.All.Matches<Rectangle>(frame => boxes.TrueForAll(box => !Overlap(frame, box) || Inside(box, frame))));
        }
    }

    [Test]
    public void All_text_lies_inside_the_picture()
    {
        foreach (var diagram in Diagrams())
        {
            var svg = XElement.Parse(diagram.ToSvg());
            var size = new Rectangle(0, 0, Number(svg, "width"), Number(svg, "height"));

            Assert.That((string?)svg.Attribute("viewBox"), Is.EqualTo(string.Create(CultureInfo.InvariantCulture, $"0 0 {size.Width} {size.Height}")));
            Assert.That(svg.Descendants(Svg + "text").Select(Extent), Has.All.Matches<Rectangle>(text => Inside(text, size)));
        }
    }

    [Test]
    public void Arrows_pass_by_boxes_and_not_through_them()
    {
        foreach (var diagram in Diagrams())
        {
            var svg = XElement.Parse(diagram.ToSvg());
            var boxes = Rectangles(svg, "layer", "input", "output");
            var lines = svg.Elements(Svg + "path").SelectMany(Segments).ToList();

            Assert.That(lines, Has.Count.GreaterThan(1));
            Assert.That(lines.Where(line => boxes.Exists(box => Overlap(line, box))), Is.Empty);
        }
    }

    [Test]
    [SetCulture("de-DE")]
    public void The_picture_is_the_same_everywhere_and_each_time()
    {
        using var model = new Blocks();

        var svg = model.Diagram(2, 3, 6, 6).ToSvg();

        Assert.That(model.Diagram(2, 3, 6, 6).ToSvg(), Is.EqualTo(svg));
        Assert.That(XElement.Parse(svg).Descendants().Attributes().Where(a => a.Name != "points" && a.Name != "font-family").Select(a => a.Value), Has.None.Contains(","));
        Assert.That(model.Diagram(2, 3, 6, 6).ToHtml(), Is.EqualTo(svg));
    }

    private static IEnumerable<NetworkDiagram> Diagrams() =>
    [
        Draw(new BinaryClassifier(), [32, 10]), Draw(new Residual(), [4, 8]), Draw(new Blocks(), [2, 3, 6, 6]), Draw(new Convolutional(), [2, 3, 8, 8]),
        Draw(new Skip(), [2, 3, 8, 8]), Draw(new Pair(), [4, 3], [4, 5]), Draw(new Attention(), [2, 5, 8]), Draw(new Nested(), [2, 8]), Draw(new Shared(), [2, 4]),
        Draw(nn.Sequential(("a_layer_with_a_name_that_is_longer_than_any_box_should_be_wide", nn.Sequential(nn.Linear(2, 2)))), [1, 2]),
    ];

    private static NetworkDiagram Draw(nn.Module network, params long[][] shapes)
    {
        using (network)
        {
            return network.Diagram(shapes);
        }
    }

    private static List<Rectangle> Rectangles(XElement svg, params string[] classes) =>
        [.. svg.Elements(Svg + "rect").Where(rect => classes.Contains((string?)rect.Attribute("class")))
            .Select(rect => new Rectangle(Number(rect, "x"), Number(rect, "y"), Number(rect, "width"), Number(rect, "height")))];

    /// <summary>About where a text is drawn, in a font of usual width.</summary>
    private static Rectangle Extent(XElement text)
    {
        var size = Number(text, "font-size");
        var width = text.Value.Length * size * 0.56;
        var x = Number(text, "x") - ((string?)text.Attribute("text-anchor") == "middle" ? width / 2 : 0);
        return new Rectangle(x, Number(text, "y") - size, width, size * 1.2);
    }

    /// <summary>The straight pieces of an arrow as thin rectangles.</summary>
    private static IEnumerable<Rectangle> Segments(XElement path)
    {
        var numbers = ((string)path.Attribute("d")!).Split(' ').Where(part => !char.IsLetter(part[0]))
            .Select(part => double.Parse(part, CultureInfo.InvariantCulture)).Chunk(2).ToList();
        return numbers.Zip(numbers.Skip(1), (a, b) => new Rectangle(Math.Min(a[0], b[0]), Math.Min(a[1], b[1]), Math.Abs(a[0] - b[0]), Math.Abs(a[1] - b[1])));
    }

    private static double Number(XElement element, string name) => double.Parse((string)element.Attribute(name)!, CultureInfo.InvariantCulture);

    private static bool Overlap(Rectangle a, Rectangle b) =>
        a.X < b.X + b.Width - 0.2 && b.X < a.X + a.Width - 0.2 && a.Y < b.Y + b.Height - 0.2 && b.Y < a.Y + a.Height - 0.2;

    private static bool Inside(Rectangle a, Rectangle b) =>
        a.X >= b.X && a.Y >= b.Y && a.X + a.Width <= b.X + b.Width && a.Y + a.Height <= b.Y + b.Height;

    private readonly record struct Rectangle(double X, double Y, double Width, double Height);
}
