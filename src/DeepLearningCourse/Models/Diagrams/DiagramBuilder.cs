using System.Globalization;
using DeepLearningCourse.Data;
using DeepLearningCourse.Models.Printing;
using static TorchSharp.torch;

namespace DeepLearningCourse.Models.Diagrams;

/// <summary>Runs a network once and notes what went where.</summary>
internal sealed class DiagramBuilder
{
    private readonly List<DiagramNode> nodes = [];
    private readonly List<DiagramEdge> edges = [];
    private readonly Dictionary<LayerStep, DiagramFrame> frames = [];
    private readonly Dictionary<LayerStep, List<Arrival>> arrivals = [];
    private readonly Dictionary<nn.Module, int> calls = new(ReferenceEqualityComparer.Instance);
    private readonly nn.Module network;
    private readonly TensorOrigins origins;
    private IReadOnlyList<Tensor> inputs = [];
    private DiagramFrame? place;

    private DiagramBuilder(nn.Module network)
    {
        this.network = network;
        origins = new TensorOrigins(AddJoin);
    }

    /// <summary>The drawing of a network that is called with these inputs.</summary>
    public static DiagramGraph Build(nn.Module network, IReadOnlyList<Tensor> inputs)
    {
        var builder = new DiagramBuilder(network);
        using var trace = new LayerTrace(network, builder.Leave, builder.Enter);

        // The trace watches the layers inside; the network itself shows what came first and went last.
        using var whole = ModuleHooks.Add(network, builder.Start, builder.End);
        NetworkCall.Observe(network, inputs);
        return new DiagramGraph(LayerText.ClassName(network), builder.nodes, builder.edges);
    }

    private void Start(object?[] arguments)
    {
        inputs = [.. LayerTrace.TensorsIn(arguments)];

        for (var i = 0; i < inputs.Count; i++)
        {
            var title = inputs.Count == 1 ? "input" : string.Create(CultureInfo.InvariantCulture, $"input {i + 1}");
            nodes.Add(new DiagramNode(NodeKind.Input, title, [], null));
            origins.Give(nodes.Count - 1, [inputs[i]]);
        }
    }

    private void Enter(LayerStep step)
    {
        if (step.Parent is { } parent && !frames.ContainsKey(parent))
        {
            frames[parent] = new DiagramFrame($"{Title(parent.Path, parent.Layer)} · {LayerText.ClassName(parent.Layer)}", FrameAround(parent));
        }

        place = FrameAround(step);
        arrivals[step] = Arrivals(step.InputTensors);
    }

    private void Leave(LayerStep step)
    {
        if (frames.TryGetValue(step, out var frame))
        {
            // What was computed inside belongs inside, so it is looked for before the data goes on.
            place = frame;

            foreach (var tensor in step.OutputTensors)
            {
                origins.Find(tensor);
            }

            return;
        }

        AddLayer(step.Path, step.Layer, FrameAround(step), arrivals[step], step.OutputTensors);
    }

    private void End(object? result)
    {
        place = null;
        IReadOnlyList<Tensor> outputs = [.. LayerTrace.TensorsIn(result)];

        if (arrivals.Count == 0)
        {
            AddLayer(LayerText.ClassName(network), network, null, Arrivals(inputs), outputs);
        }

        var arriving = outputs.Count > 0 ? Arrivals(outputs) : [new Arrival(null, origins.Unused)];
        nodes.Add(new DiagramNode(NodeKind.Output, "output", [], null));
        Connect(nodes.Count - 1, arriving);
    }

    private void AddLayer(string path, nn.Module layer, DiagramFrame? frame, IReadOnlyList<Arrival> arriving, IReadOnlyList<Tensor> outputs)
    {
        nodes.Add(new DiagramNode(LayerKinds.Of(layer), Title(path, layer), LayerLines.Of(layer), frame));
        Connect(nodes.Count - 1, arriving);
        origins.Give(nodes.Count - 1, outputs);
    }

    private int AddJoin(string sign, IReadOnlyList<KnownTensor> parts)
    {
        nodes.Add(new DiagramNode(NodeKind.Join, sign, [], place));
        Connect(nodes.Count - 1, [.. parts.Select(part => new Arrival(null, part.Origins))]);
        return nodes.Count - 1;
    }

    private List<Arrival> Arrivals(IReadOnlyList<Tensor> tensors) =>
        [.. tensors.Distinct<Tensor>(ReferenceEqualityComparer.Instance).Select(tensor => new Arrival(Shapes.Text(tensor), origins.Take(tensor)))];

    /// <summary>Draws arrows to a node, one from each node that something came from.</summary>
    private void Connect(int node, IReadOnlyList<Arrival> arriving)
    {
        var all = arriving.SelectMany(arrival => arrival.Origins.Select(origin => (arrival.Shape, Origin: origin)));

        foreach (var group in all.GroupBy(entry => entry.Origin.Node))
        {
            edges.Add(new DiagramEdge(
                group.Key, node, [.. group.SelectMany(entry => Label(entry.Origin.Shape, entry.Shape))], group.All(entry => !entry.Origin.Direct)));
        }
    }

    private static IEnumerable<string> Label(string left, string? arrived) =>
        arrived is null || left == arrived ? [left] : left.Length == 0 ? [arrived] : [left, $"→ {arrived}"];

    private DiagramFrame? FrameAround(LayerStep step) => step.Parent is { } parent ? frames[parent] : null;

    private string Title(string path, nn.Module layer)
    {
        var call = calls[layer] = calls.GetValueOrDefault(layer) + 1;
        return call == 1 ? path : string.Create(CultureInfo.InvariantCulture, $"{path} (call {call})");
    }

    /// <summary>A tensor that comes to a node: its shape there, and where it came from.</summary>
    private readonly record struct Arrival(string? Shape, IReadOnlyList<Origin> Origins);
}
