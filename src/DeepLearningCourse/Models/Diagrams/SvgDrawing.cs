using System.Globalization;
using System.Net;
using System.Text;

namespace DeepLearningCourse.Models.Diagrams;

/// <summary>A drawing as SVG.</summary>
/// <remarks>Colours stand at each element: a style sheet would reach the other drawings of a page.</remarks>
internal sealed class SvgDrawing
{
    private const string Ink = "#1e293b";
    private const string Line = "#64748b";
    private const string Paper = "#ffffff";
    private const double Corner = 8;

    private readonly StringBuilder text = new();
    private readonly DiagramGraph graph;
    private readonly DiagramLayout layout;

    private SvgDrawing(DiagramGraph graph) => (this.graph, layout) = (graph, new DiagramLayout(graph));

    public static string Of(DiagramGraph graph) => new SvgDrawing(graph).Draw();

    private string Draw()
    {
        var (width, height) = (Math.Ceiling(layout.Width), Math.Ceiling(layout.Height));
        Add($"<svg xmlns=\"http://www.w3.org/2000/svg\" width=\"{width}\" height=\"{height}\" viewBox=\"0 0 {width} {height}\" role=\"img\" font-family=\"Helvetica, Arial, sans-serif\">");
        Add($"<title>{Encode(graph.Name)}: its layers in the order of the data</title>");
        Add($"<rect class=\"paper\" width=\"{width}\" height=\"{height}\" rx=\"8\" fill=\"{Paper}\"/>");

        foreach (var (frame, box) in layout.Frames)
        {
            AddFrame(frame, box);
        }

        foreach (var route in layout.Routes)
        {
            AddArrow(route);
        }

        for (var i = 0; i < graph.Nodes.Count; i++)
        {
            AddNode(graph.Nodes[i], layout.Boxes[i]);
        }

        // Last, so that no line runs through a shape.
        foreach (var route in layout.Routes)
        {
            AddLabel(route);
        }

        return text.Append("</svg>").ToString();
    }

    private void AddFrame(DiagramFrame frame, Box box)
    {
        Add($"<rect class=\"frame\" {Place(box)} rx=\"8\" fill=\"#94a3b8\" fill-opacity=\"0.1\" stroke=\"#94a3b8\"/>");
        AddText(layout.Title(frame, box), box.Left + 10, box.Top + 19, TextWidth.Small, "#475569", bold: true, anchor: "start");
    }

    private void AddNode(DiagramNode node, Box box)
    {
        var (fill, stroke) = Colours(node.Kind);

        if (node.Kind == NodeKind.Join)
        {
            Add($"<circle class=\"join\" cx=\"{layout.Center:0.#}\" cy=\"{box.Middle:0.#}\" r=\"{DiagramLayout.Radius:0.#}\" fill=\"{fill}\" stroke=\"{stroke}\"/>");
        }
        else
        {
            var (name, round) = node.Kind switch
            {
                NodeKind.Input => ("input", 17),
                NodeKind.Output => ("output", 17),
                _ => ("layer", 6),
            };
            Add($"<rect class=\"{name}\" {Place(box)} rx=\"{round}\" fill=\"{fill}\" stroke=\"{stroke}\" stroke-width=\"1.5\"/>");
        }

        AddText(DiagramLayout.Title(node), layout.Center, node.Lines.Count > 0 ? box.Top + 22 : box.Middle + 5, TextWidth.Large, Ink, bold: true);

        for (var i = 0; i < node.Lines.Count; i++)
        {
            AddText(node.Lines[i], layout.Center, box.Top + 40 + (i * DiagramLayout.LineHeight), TextWidth.Small, Ink);
        }
    }

    private void AddArrow(Route route)
    {
        var corners = route.Corners;
        var (x, y) = corners[^1];
        var path = new StringBuilder(string.Create(CultureInfo.InvariantCulture, $"M {corners[0].X:0.#} {corners[0].Y:0.#}"));

        for (var i = 1; i < corners.Count - 1; i++)
        {
            var (before, after) = (Towards(corners[i], corners[i - 1]), Towards(corners[i], corners[i + 1]));
            path.Append(CultureInfo.InvariantCulture, $" L {before.X:0.#} {before.Y:0.#} Q {corners[i].X:0.#} {corners[i].Y:0.#} {after.X:0.#} {after.Y:0.#}");
        }

        path.Append(CultureInfo.InvariantCulture, $" L {x:0.#} {y:0.#}");
        Add($"<path class=\"arrow\" d=\"{path}\" fill=\"none\" stroke=\"{Line}\" stroke-width=\"1.5\"{(route.Edge.Dashed ? " stroke-dasharray=\"5 4\"" : "")}/>");

        // A polygon, not a marker: markers are found by a name that all drawings of a page would share.
        var points = corners.Count == 2
            ? string.Create(CultureInfo.InvariantCulture, $"{x:0.#},{y:0.#} {x - 4.5:0.#},{y - 9:0.#} {x + 4.5:0.#},{y - 9:0.#}")
            : string.Create(CultureInfo.InvariantCulture, $"{x:0.#},{y:0.#} {x + 9:0.#},{y - 4.5:0.#} {x + 9:0.#},{y + 4.5:0.#}");
        Add($"<polygon points=\"{points}\" fill=\"{Line}\"/>");
    }

    private void AddLabel(Route route)
    {
        var shapes = route.Edge.Shapes;

        if (shapes.All(shape => shape.Length == 0))
        {
            return;
        }

        var top = route.LabelY - (DiagramLayout.LineHeight * shapes.Count / 2);
        var box = new Box(route.LabelX - 2, top, shapes.Max(shape => TextWidth.Of(shape, TextWidth.Small)) + 2, DiagramLayout.LineHeight * shapes.Count);

        // Beside the column lines may cross; inside it the frame's colour shows.
        if (route.Corners.Count > 2)
        {
            Add($"<rect class=\"behind\" {Place(box)} fill=\"{Paper}\"/>");
        }

        for (var i = 0; i < shapes.Count; i++)
        {
            AddText(shapes[i], route.LabelX, top + 12 + (i * DiagramLayout.LineHeight), TextWidth.Small, "#475569", anchor: "start");
        }
    }

    private void AddText(string line, double x, double y, double size, string colour, bool bold = false, string anchor = "middle") =>
        Add($"<text x=\"{x:0.#}\" y=\"{y:0.#}\" font-size=\"{size:0.#}\" fill=\"{colour}\" text-anchor=\"{anchor}\"{(bold ? " font-weight=\"bold\"" : "")}>{Encode(line)}</text>");

    // Halfway at most, so that the bends of a short line do not overlap.
    private static (double X, double Y) Towards((double X, double Y) from, (double X, double Y) to)
    {
        var length = Math.Abs(to.X - from.X) + Math.Abs(to.Y - from.Y);
        var part = length == 0 ? 0 : Math.Min(Corner, length / 2) / length;
        return (from.X + ((to.X - from.X) * part), from.Y + ((to.Y - from.Y) * part));
    }

    private static (string Fill, string Stroke) Colours(NodeKind kind) => kind switch
    {
        NodeKind.Weights => ("#dbeafe", "#3b82f6"),
        NodeKind.Activation => ("#ffedd5", "#f97316"),
        NodeKind.Normalization => ("#dcfce7", "#22a55a"),
        NodeKind.Pooling => ("#f3e8ff", "#a855f7"),
        NodeKind.Other => ("#f1f5f9", "#94a3b8"),
        _ => (Paper, "#475569"),
    };

    private static string Place(Box box) => string.Create(
        CultureInfo.InvariantCulture, $"x=\"{box.Left:0.#}\" y=\"{box.Top:0.#}\" width=\"{box.Width:0.#}\" height=\"{box.Height:0.#}\"");

    private static string Encode(string line) => WebUtility.HtmlEncode(string.Concat(line.Select(letter => char.IsControl(letter) ? ' ' : letter)));

    private void Add(FormattableString line) => text.Append(line.ToString(CultureInfo.InvariantCulture)).Append('\n');
}
