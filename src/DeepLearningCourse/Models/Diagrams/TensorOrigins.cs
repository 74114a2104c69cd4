using DeepLearningCourse.Data;
using DeepLearningCourse.Runtime;
using static TorchSharp.torch;

namespace DeepLearningCourse.Models.Diagrams;

/// <summary>Where a tensor came from.</summary>
/// <param name="Node">The index of the node.</param>
/// <param name="Shape">The shape in which it left there.</param>
/// <param name="Direct">Whether it came unchanged.</param>
internal readonly record struct Origin(int Node, string Shape, bool Direct);

/// <summary>A tensor that some node gave or got, and where it came from.</summary>
internal sealed record KnownTensor(Tensor Tensor, IReadOnlyList<Origin> Origins)
{
    /// <summary>Whether its data can be looked at: forward may have disposed it.</summary>
    public bool IsAlive => !Tensor.IsInvalid;
}

/// <summary>Finds the nodes that a tensor came from, while the network runs.</summary>
/// <param name="join">Adds a node with a sign, of what these tensors gave; its index is returned.</param>
internal sealed class TensorOrigins(Func<string, IReadOnlyList<KnownTensor>, int> join)
{
    private readonly List<KnownTensor> known = [];
    private readonly List<(int Node, string Shape)> unused = [];
    private (int Node, string Shape) last;

    /// <summary>What nothing used yet, or else what came last: the likeliest origin of what cannot be found.</summary>
    public IReadOnlyList<Origin> Unused => [.. (unused.Count > 0 ? unused : [last]).Select(entry => new Origin(entry.Node, entry.Shape, false))];

    /// <summary>Notes what a node gave.</summary>
    public void Give(int node, IReadOnlyList<Tensor> tensors)
    {
        known.AddRange(tensors.Select(tensor => new KnownTensor(tensor, [new Origin(node, Shapes.Text(tensor), true)])));
        Arrive(node, tensors.Count > 0 ? Shapes.Text(tensors[0]) : "");
    }

    /// <summary>Where a tensor that a node gets came from. Several nodes if forward made it of what they gave.</summary>
    public IReadOnlyList<Origin> Take(Tensor tensor)
    {
        var origins = Find(tensor);
        Use(origins);
        return origins;
    }

    /// <summary>The same for a tensor that goes on unused.</summary>
    public IReadOnlyList<Origin> Find(Tensor tensor) =>
        (Same(tensor) ?? SharingMemory(tensor) ?? Combination.Copied(tensor, known))?.Origins ?? Computed(tensor);

    // The latest one: a layer that works in place, or passes on what it got, returns what it was given.
    private KnownTensor? Same(Tensor tensor) => known.FindLast(entry => ReferenceEquals(entry.Tensor, tensor));

    // Only with what is alive: the memory of a tensor that is gone may be anyone's.
    private KnownTensor? SharingMemory(Tensor tensor) =>
        Memory(tensor) is var memory and not 0 ? known.FindLast(entry => entry.IsAlive && Memory(entry.Tensor) == memory) : null;

    private static nint Memory(Tensor tensor) =>
        tensor.is_sparse || tensor.numel() == 0 || tensor.device_type == TorchSharp.DeviceType.META
            ? 0
            : tensor.DataPointer() - (nint)(tensor.storage_offset() * tensor.element_size());

    private IReadOnlyList<Origin> Computed(Tensor tensor)
    {
        IReadOnlyList<Origin> origins;

        if (Combination.Of(tensor, known, IsFresh) is { } found)
        {
            foreach (var part in found.Parts)
            {
                Use(part.Origins);
            }

            var node = join(found.Sign, found.Parts);
            Arrive(node, Shapes.Text(tensor));
            origins = [new Origin(node, Shapes.Text(tensor), found.IsWhole)];
        }
        else
        {
            origins = Unused;
        }

        known.Add(new KnownTensor(tensor, origins));
        return origins;
    }

    private bool IsFresh(KnownTensor entry) =>
        entry.Origins.Any(origin => origin.Node == last.Node || unused.Any(other => other.Node == origin.Node));

    private void Arrive(int node, string shape)
    {
        last = (node, shape);
        unused.Add(last);
    }

    private void Use(IReadOnlyList<Origin> origins) => unused.RemoveAll(entry => origins.Any(origin => origin.Node == entry.Node));
}
