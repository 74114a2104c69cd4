using DeepLearningCourse.Models.Printing;
using static TorchSharp.torch;

namespace DeepLearningCourse.Models.Summaries;

/// <summary>Puts the registry and one forward pass together to a summary.</summary>
internal sealed class SummaryBuilder
{
    private readonly Dictionary<nn.Module, List<LayerStep>> calls = new(ReferenceEqualityComparer.Instance);
    private readonly Dictionary<nn.Module, string> known = new(ReferenceEqualityComparer.Instance);
    private readonly HashSet<nint> counted = [];
    private readonly List<LayerSummary> layers = [];
    private readonly IReadOnlyList<long[]> outputs;

    private SummaryBuilder(IEnumerable<LayerStep> steps, IReadOnlyList<long[]> outputs)
    {
        this.outputs = outputs;

        foreach (var step in steps)
        {
            (calls.TryGetValue(step.Layer, out var list) ? list : calls[step.Layer] = []).Add(step);
        }
    }

    /// <summary>The summary of a network that is called with these inputs; with none, of its parameters alone.</summary>
    public static NetworkSummary Build(nn.Module network, IReadOnlyList<Tensor> inputs)
    {
        using var trace = new LayerTrace(network);
        var outputs = inputs.Count > 0 ? NetworkCall.Observe(network, inputs) : [];
        var builder = new SummaryBuilder(trace.Steps, outputs);
        var total = builder.Add(network, "", 0, inputs);
        return new NetworkSummary(
            builder.layers, [.. inputs.Select(input => input.shape)], total.ParameterBytes, total.OutputBytes, inputs.Sum(input => input.numel() * input.element_size()));
    }

    /// <summary>Adds a layer's line and those of the layers inside.</summary>
    private Sizes Add(nn.Module layer, string path, int depth, IReadOnlyList<Tensor> inputs)
    {
        var at = layers.Count;
        var children = layer.named_children().ToList();
        var steps = StepsOf(layer, depth, inputs);
        var shared = known.GetValueOrDefault(layer);
        known.TryAdd(layer, path);
        layers.Add(null!);
        var sizes = shared is null ? Own(layer, steps, children.Count == 0) : default;

        foreach (var (name, child) in shared is null ? children : [])
        {
            sizes += Add(child, path.Length == 0 ? name : $"{path}.{name}", depth + 1, []);
        }

        layers[at] = new LayerSummary
        {
            Path = path,
            Kind = LayerText.ClassName(layer),
            Description = children.Count == 0 ? LayerText.Of(layer) : LayerText.ClassName(layer),
            Depth = depth,
            InputShapes = depth == 0 ? [.. inputs.Select(input => input.shape)] : steps.Count > 0 ? steps[0].Inputs : [],
            OutputShapes = depth == 0 ? outputs : steps.Count > 0 ? steps[0].Outputs ?? [] : [],
            Calls = depth == 0 ? Math.Min(1, inputs.Count) : steps.Count,
            ParameterCount = sizes.Parameters,
            TrainableCount = sizes.Trainable,
            MultiplyAdds = sizes.MultiplyAdds,
            Bytes = sizes.ParameterBytes + sizes.OutputBytes,
            SharedWith = shared,
            HasChildren = children.Count > 0,
        };
        return sizes;
    }

    private List<LayerStep> StepsOf(nn.Module layer, int depth, IReadOnlyList<Tensor> inputs) =>
        calls.TryGetValue(layer, out var steps) && (depth > 0 || inputs.Count > 0) ? steps : [];

    private Sizes Own(nn.Module layer, List<LayerStep> steps, bool isLeaf)
    {
        var sizes = new Sizes(
            0, 0, isLeaf ? steps.Sum(LayerCost.MultiplyAdds) : 0, 0, isLeaf ? steps.Sum(step => step.OutputBytes) : 0);

        foreach (var parameter in layer.named_parameters(recurse: false).Select(entry => entry.parameter).Where(parameter => counted.Add(TensorIdentity.Of(parameter))))
        {
            var count = parameter.numel();
            sizes += new Sizes(count, parameter.requires_grad ? count : 0, 0, count * parameter.element_size(), 0);
        }

        foreach (var (_, buffer) in layer.named_buffers(recurse: false).Where(entry => counted.Add(TensorIdentity.Of(entry.buffer))))
        {
            sizes += new Sizes(0, 0, 0, buffer.numel() * buffer.element_size(), 0);
        }

        return sizes;
    }

    private readonly record struct Sizes(long Parameters, long Trainable, long MultiplyAdds, long ParameterBytes, long OutputBytes)
    {
        public static Sizes operator +(Sizes a, Sizes b) => new(
            a.Parameters + b.Parameters, a.Trainable + b.Trainable, a.MultiplyAdds + b.MultiplyAdds,
            a.ParameterBytes + b.ParameterBytes, a.OutputBytes + b.OutputBytes);
    }
}
