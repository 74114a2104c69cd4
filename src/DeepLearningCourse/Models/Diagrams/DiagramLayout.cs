namespace DeepLearningCourse.Models.Diagrams;

internal readonly record struct Box(double Left, double Top, double Width, double Height)
{
    public double Right => Left + Width;

    public double Bottom => Top + Height;

    public double Middle => Top + (Height / 2);
}

/// <summary>An arrow: the corners of its line, and the left edge and middle of its label.</summary>
internal sealed record Route(DiagramEdge Edge, IReadOnlyList<(double X, double Y)> Corners, double LabelX, double LabelY);

/// <summary>Where everything stands: the nodes below each other in one column, frames around them, and lanes at their
/// right for the arrows that pass by others.</summary>
internal sealed class DiagramLayout
{
    public const double LineHeight = 16;
    public const double Radius = 17;
    public const double TitleHeight = 30;
    private const double Margin = 20;
    private const double Inset = 14;
    private const double LeastWidth = 220;
    private const double LeastGap = 42;

    private readonly DiagramGraph graph;
    private readonly Box[] boxes;
    private readonly List<(DiagramFrame Frame, Box Box)> frames = [];
    private readonly List<Route> routes = [];
    private readonly double width;
    private readonly int depth;

    public DiagramLayout(DiagramGraph graph)
    {
        this.graph = graph;
        boxes = new Box[graph.Nodes.Count];
        depth = graph.Nodes.Max(node => DiagramFrame.Around(node).Count);
        width = Math.Max(LeastWidth, graph.Nodes.Max(node => Math.Max(TextSpace(node), FrameSpace(node))));
        Center = Margin + (depth * Inset) + (width / 2);
        Height = PlaceNodes() + Margin;
        Width = PlaceRoutes() + Margin;
    }

    public double Width { get; }

    public double Height { get; }

    /// <summary>The nodes in the order of the graph.</summary>
    public IReadOnlyList<Box> Boxes => boxes;

    /// <summary>The frames, each before those inside it.</summary>
    public IReadOnlyList<(DiagramFrame Frame, Box Box)> Frames => frames;

    public IReadOnlyList<Route> Routes => routes;

    /// <summary>The middle of the column.</summary>
    public double Center { get; }

    /// <summary>A node's name, short enough for its box.</summary>
    public static string Title(DiagramNode node) => TextWidth.CutStart(node.Title, TextWidth.Large, 340, bold: true);

    /// <summary>A frame's name, which ends before the arrow in the middle.</summary>
    public string Title(DiagramFrame frame, Box box) => TextWidth.CutStart(frame.Title, TextWidth.Small, Center - box.Left - 20, bold: true);

    private static double TextSpace(DiagramNode node) =>
        node.Lines.Select(line => TextWidth.Of(line, TextWidth.Small)).Append(TextWidth.Of(Title(node), TextWidth.Large, bold: true)).Max() + 28;

    // A frame's name stands left of the arrow in the middle.
    private static double FrameSpace(DiagramNode node) =>
        node.Frame is { } frame ? 2 * (Math.Min(TextWidth.Of(frame.Title, TextWidth.Small, bold: true), 180) + 20) : 0;

    private double PlaceNodes()
    {
        List<(DiagramFrame Frame, int At)> open = [];
        var y = Margin;

        for (var i = 0; i < boxes.Length; i++)
        {
            var around = DiagramFrame.Around(graph.Nodes[i]);

            while (open.Count > 0 && !around.Contains(open[^1].Frame))
            {
                y += Inset;
                Close(open[^1].At, y);
                open.RemoveAt(open.Count - 1);
            }

            y += i == 0 ? 0 : Gap(i);

            foreach (var frame in around.Skip(open.Count))
            {
                var inset = (depth - open.Count) * Inset;
                open.Add((frame, frames.Count));
                frames.Add((frame, new Box(Center - (width / 2) - inset, y, width + (2 * inset), 0)));
                y += TitleHeight;
            }

            boxes[i] = Place(graph.Nodes[i], y);
            y = boxes[i].Bottom;
        }

        return y;
    }

    private void Close(int frame, double bottom) =>
        frames[frame] = (frames[frame].Frame, frames[frame].Box with { Height = bottom - frames[frame].Box.Top });

    // Room for the label of the arrow between neighbours.
    private double Gap(int node) =>
        Straight(node) is { } edge ? Math.Max(LeastGap, (LineHeight * edge.Shapes.Count) + 24) : LeastGap / 2;

    private DiagramEdge? Straight(int node) => graph.Edges.FirstOrDefault(edge => edge.To == node && edge.From == node - 1);

    private Box Place(DiagramNode node, double y) => node.Kind switch
    {
        NodeKind.Join => new Box(Center - Radius, y, 2 * Radius, 2 * Radius),
        NodeKind.Input or NodeKind.Output => new Box(Center - 60, y, 120, 34),
        _ => new Box(Center - (width / 2), y, width, 36 + (LineHeight * node.Lines.Count)),
    };

    private double PlaceRoutes()
    {
        var right = Center + (width / 2) + (depth * Inset);

        foreach (var edge in graph.Edges.Where(edge => edge.To == edge.From + 1))
        {
            var (from, to) = (boxes[edge.From], boxes[edge.To]);
            routes.Add(new Route(edge, [(Center, from.Bottom), (Center, to.Top)], Center + 9, LabelY(edge)));
            right = Math.Max(right, Center + 9 + LabelWidth(edge));
        }

        var sideways = Lanes();

        foreach (var lane in sideways)
        {
            right += 24;
            routes.AddRange(lane.Select(edge => Sideways(edge, right, sideways)));
            right += 7 + lane.Max(LabelWidth);
        }

        return right;
    }

    // In the gap below the frames that end after the upper node and above those that begin before the lower one.
    private double LabelY(DiagramEdge edge)
    {
        var (upper, lower) = (DiagramFrame.Around(graph.Nodes[edge.From]), DiagramFrame.Around(graph.Nodes[edge.To]));
        var top = boxes[edge.From].Bottom + (Inset * upper.Except(lower).Count());
        var bottom = boxes[edge.To].Top - (TitleHeight * lower.Except(upper).Count());
        return ((top + bottom) / 2) - 2;
    }

    private static double LabelWidth(DiagramEdge edge) => edge.Shapes.Max(shape => TextWidth.Of(shape, TextWidth.Small));

    /// <summary>The edges that pass by nodes, in lanes without overlaps; the short ones inside.</summary>
    private List<List<DiagramEdge>> Lanes()
    {
        List<List<DiagramEdge>> lanes = [];

        foreach (var edge in graph.Edges.Where(edge => edge.To > edge.From + 1).OrderBy(edge => edge.To - edge.From).ThenBy(edge => edge.From))
        {
            if (lanes.Find(lane => lane.TrueForAll(other => other.To <= edge.From || other.From >= edge.To)) is { } free)
            {
                free.Add(edge);
            }
            else
            {
                lanes.Add([edge]);
            }
        }

        return lanes;
    }

    private Route Sideways(DiagramEdge edge, double x, List<List<DiagramEdge>> lanes)
    {
        // An outer lane arrives below an inner one, whose line has ended by then.
        var arriving = lanes.SelectMany(lane => lane).Where(other => other.To == edge.To).ToList();
        var leaveY = boxes[edge.From].Top + (boxes[edge.From].Height * 0.75);
        var arriveY = boxes[edge.To].Top + (boxes[edge.To].Height * 0.6 * (arriving.IndexOf(edge) + 1) / (arriving.Count + 1));
        return new Route(
            edge, [(Edge(edge.From, leaveY), leaveY), (x, leaveY), (x, arriveY), (Edge(edge.To, arriveY), arriveY)], x + 7, (leaveY + arriveY) / 2);
    }

    /// <summary>The right edge of a node at a height.</summary>
    private double Edge(int node, double y) => graph.Nodes[node].Kind == NodeKind.Join
        ? Center + Math.Sqrt((Radius * Radius) - Math.Pow(y - boxes[node].Middle, 2))
        : boxes[node].Right;
}
