using static TorchSharp.torch;

namespace DeepLearningCourse.Optimization.Averaging;

/// <summary>The averages of all parameters, or all buffers, of one type on one device: one flat tensor, and a view of it for each.</summary>
/// <remarks>A second flat tensor takes the network's own values: to be averaged by one operation, and while the network shows the averages. So whatever the
/// number of layers, an update is one copy of a list and one <c>lerp_</c>. Methods run without gradients.</remarks>
internal sealed class FlatGroup : IDisposable
{
    private readonly ScalarType dtype;
    private readonly Tensor averages;
    private readonly Tensor own;
    private readonly Tensor[] averageViews;
    private readonly Tensor[] ownViews;
    private readonly int[] places;
    private readonly string[] names;

    /// <param name="network">The network's tensors.</param>
    /// <param name="places">Those of this group.</param>
    /// <param name="areParameters">Whether they are parameters; buffers otherwise.</param>
    public FlatGroup(NetworkTensors network, int[] places, bool areParameters)
    {
        using var scope = NewDisposeScope();
        var tensors = network.At(places);
        var shapes = Array.ConvertAll(tensors, tensor => tensor.shape);
        (this.places, AreParameters, dtype) = (places, areParameters, tensors[0].dtype);
        names = Array.ConvertAll(places, place => network.Items[place].Name);
        averages = empty(tensors.Sum(tensor => tensor.numel()), dtype: dtype, device: tensors[0].device);
        own = empty_like(averages);
        averageViews = Views(averages, shapes);
        ownViews = Views(own, shapes);

        foreach (var made in Owned)
        {
            made.DetachFromDisposeScope();
        }
    }

    /// <summary>Whether these are parameters; buffers otherwise.</summary>
    public bool AreParameters { get; }

    private IEnumerable<Tensor> Owned => [averages, own, .. averageViews, .. ownViews];

    /// <summary>Each tensor's place in the network with its average.</summary>
    public IEnumerable<(int Place, Tensor Average)> Averages => places.Zip(averageViews);

    /// <summary>Takes the network's values as the averages.</summary>
    public void TakeFrom(NetworkTensors network) => TensorLists.Copy(averageViews, network.At(places));

    /// <summary>Brings the network's values into the averages.</summary>
    public void Average(NetworkTensors network, AveragingRule rule, long updates)
    {
        using var scope = NewDisposeScope();

        if (dtype == ScalarType.Bool)
        {
            // There is nothing between true and false.
            TakeFrom(network);
            return;
        }

        Keep(network);

        switch (dtype)
        {
            case ScalarType.Float16 or ScalarType.BFloat16:
                // The weight itself would be rounded to half precision; libtorch's lerp with a number computes in float32 as well.
                averages.copy_(Mixed(averages.to(ScalarType.Float32), own.to(ScalarType.Float32), rule.Share(updates)));
                break;
            case ScalarType.Float32 or ScalarType.Float64 or ScalarType.ComplexFloat32 or ScalarType.ComplexFloat64:
                Mixed(averages, own, rule.Share(updates));
                break;
            default:
                averages.copy_(rule.OfWholeNumbers(averages, own, updates));
                break;
        }
    }

    /// <summary>Puts the network's own values aside.</summary>
    public void Keep(NetworkTensors network) => TensorLists.Copy(ownViews, network.At(places));

    /// <summary>Puts the averages into the network.</summary>
    public void Show(NetworkTensors network) => TensorLists.Copy(network.At(places), averageViews);

    /// <summary>Takes what the network shows back as the averages. A layer that was replaced meanwhile is passed over.</summary>
    public void TakeBack(NetworkTensors network)
    {
        var (theirs, mine) = Pairs(network, averageViews);
        TensorLists.Copy(mine, theirs);
    }

    /// <summary>Gives the network the values back that <see cref="Keep"/> put aside. A layer that was replaced meanwhile is passed over.</summary>
    public void GiveBack(NetworkTensors network)
    {
        var (theirs, mine) = Pairs(network, ownViews);
        TensorLists.Copy(theirs, mine);
    }

    /// <inheritdoc/>
    public void Dispose()
    {
        foreach (var made in Owned)
        {
            made.Dispose();
        }
    }

    private static Tensor Mixed(Tensor average, Tensor current, double share) =>
        average.lerp_(current, full([], share, dtype: average.dtype, device: average.device));

    private (Tensor[] Theirs, Tensor[] Mine) Pairs(NetworkTensors network, Tensor[] views)
    {
        var now = network.Items.ToDictionary(item => item.Name, item => item.Value);
        var pairs = names.Zip(views)
            .Select(pair => (Theirs: now.GetValueOrDefault(pair.First), Mine: pair.Second))
            .Where(pair => pair.Theirs is not null && pair.Theirs.shape.AsSpan().SequenceEqual(pair.Mine.shape))
            .ToList();
        return ([.. pairs.Select(pair => pair.Theirs!)], [.. pairs.Select(pair => pair.Mine)]);
    }

    private static Tensor[] Views(Tensor flat, long[][] shapes)
    {
        var views = new Tensor[shapes.Length];
        long start = 0;

        for (var i = 0; i < shapes.Length; i++)
        {
            var count = shapes[i].Aggregate(1L, (product, size) => product * size);
            views[i] = flat.narrow(0, start, count).view(shapes[i]);
            start += count;
        }

        return views;
    }
}
