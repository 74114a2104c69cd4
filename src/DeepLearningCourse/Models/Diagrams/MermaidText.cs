using System.Globalization;
using System.Text;

namespace DeepLearningCourse.Models.Diagrams;

/// <summary>A drawing in Mermaid's language.</summary>
/// <remarks><see href="https://mermaid.js.org/syntax/flowchart.html"/></remarks>
internal static class MermaidText
{
    public static string Of(DiagramGraph graph)
    {
        var text = new StringBuilder("flowchart TD\n");
        List<DiagramFrame> open = [];
        var subgraphs = 0;

        for (var i = 0; i < graph.Nodes.Count; i++)
        {
            var around = DiagramFrame.Around(graph.Nodes[i]);

            while (open.Count > 0 && !around.Contains(open[^1]))
            {
                open.RemoveAt(open.Count - 1);
                Line(text, open.Count, "end");
            }

            foreach (var frame in around.Skip(open.Count))
            {
                Line(text, open.Count, $"subgraph s{subgraphs++}[\"{Escape(frame.Title)}\"]");
                open.Add(frame);
            }

            Line(text, open.Count, $"n{i}{Shape(graph.Nodes[i])}");
        }

        foreach (var edge in graph.Edges)
        {
            Line(text, 0, $"n{edge.From} {(edge.Dashed ? "-.->" : "-->")}{Label(edge)} n{edge.To}");
        }

        return text.ToString().TrimEnd('\n');
    }

    private static string Shape(DiagramNode node) => node.Kind switch
    {
        NodeKind.Input or NodeKind.Output => $"([\"{Escape(node.Title)}\"])",
        NodeKind.Join => $"((\"{Escape(node.Title)}\"))",
        _ => $"[\"<b>{Escape(node.Title)}</b><br/>{Lines(node.Lines)}\"]",
    };

    private static string Label(DiagramEdge edge) => edge.Shapes.Any(shape => shape.Length > 0) ? $"|\"{Lines(edge.Shapes)}\"|" : "";

    private static string Lines(IEnumerable<string> lines) => string.Join("<br/>", lines.Select(Escape));

    // Letter by letter: the hash that stands for a quote must not be replaced again.
    private static string Escape(string text) => string.Concat(text.Select(letter => letter switch
    {
        '"' => "#quot;",
        '#' => "#35;",
        '&' => "#amp;",
        '<' => "#lt;",
        '>' => "#gt;",
        _ when char.IsControl(letter) => " ",
        _ => letter.ToString(),
    }));

    private static void Line(StringBuilder text, int depth, FormattableString line) => Line(text, depth, line.ToString(CultureInfo.InvariantCulture));

    private static void Line(StringBuilder text, int depth, string line) => text.Append(' ', 4 * (depth + 1)).Append(line).Append('\n');
}
