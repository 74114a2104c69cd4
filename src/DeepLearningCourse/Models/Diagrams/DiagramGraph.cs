namespace DeepLearningCourse.Models.Diagrams;

/// <summary>What is drawn: nodes in the order of the data, and what goes between them.</summary>
internal sealed record DiagramGraph(string Name, IReadOnlyList<DiagramNode> Nodes, IReadOnlyList<DiagramEdge> Edges);

/// <summary>A call of a layer, an input or output, or a computation of two tensors.</summary>
/// <param name="Kind">What it is.</param>
/// <param name="Title">The layer's path, or the sign of the computation.</param>
/// <param name="Lines">The layer in words.</param>
/// <param name="Frame">The innermost frame that it stands in.</param>
internal sealed record DiagramNode(NodeKind Kind, string Title, IReadOnlyList<string> Lines, DiagramFrame? Frame);

/// <summary>Tensors that go from one node to a later one.</summary>
/// <param name="From">The index of the node that gave them.</param>
/// <param name="To">The index of the node that got them.</param>
/// <param name="Shapes">Their shapes, a line each.</param>
/// <param name="Dashed">Whether forward did something with them on the way.</param>
internal sealed record DiagramEdge(int From, int To, IReadOnlyList<string> Shapes, bool Dashed);

internal enum NodeKind
{
    Input,
    Output,
    Join,
    Weights,
    Activation,
    Normalization,
    Pooling,
    Other,
}

/// <summary>One call of a layer with layers inside. Two calls of the same one are two frames, so this is no record.</summary>
internal sealed class DiagramFrame(string title, DiagramFrame? parent)
{
    public string Title => title;

    public DiagramFrame? Parent => parent;

    /// <summary>A node's frames, the outermost first.</summary>
    public static List<DiagramFrame> Around(DiagramNode node)
    {
        List<DiagramFrame> frames = [];

        for (var frame = node.Frame; frame is not null; frame = frame.Parent)
        {
            frames.Insert(0, frame);
        }

        return frames;
    }
}
