using DeepLearningCourse.Data;
using static TorchSharp.torch;

namespace DeepLearningCourse.Optimization.Averaging;

/// <summary>The averages of a whole network, laid out for the types and devices that its tensors have now.</summary>
internal sealed class AveragedTensors : IDisposable
{
    private readonly List<FlatGroup> groups = [];
    private readonly Tensor[] averages;
    private readonly TensorPlace[] layout;

    /// <summary>Makes room for the averages of a network; they have no values yet.</summary>
    public AveragedTensors(NetworkTensors network)
    {
        layout = [.. network.Items.Select(item => TensorPlace.Of(item.Name, item.Value))];
        averages = new Tensor[layout.Length];

        try
        {
            var kinds = Enumerable.Range(0, layout.Length).GroupBy(place =>
                (layout[place].Dtype, layout[place].DeviceType, layout[place].DeviceIndex, AreParameters: network.IsParameter(place)));

            foreach (var kind in kinds)
            {
                groups.Add(new FlatGroup(network, [.. kind], kind.Key.AreParameters));
            }
        }
        catch
        {
            Dispose();
            throw;
        }

        foreach (var (place, average) in groups.SelectMany(group => group.Averages))
        {
            averages[place] = average;
        }

        ByName = network.Names.ToDictionary(entry => entry.Name, entry => averages[entry.Place]);
    }

    /// <summary>The averages by the names of <c>state_dict</c>; tied weights are one tensor under several names.</summary>
    public Dictionary<string, Tensor> ByName { get; }

    /// <summary>Makes room for the averages of a network and fills it; nothing is left of it if that fails.</summary>
    public static AveragedTensors Filled(NetworkTensors network, Action<AveragedTensors> fill)
    {
        var room = new AveragedTensors(network);

        try
        {
            fill(room);
            return room;
        }
        catch
        {
            room.Dispose();
            throw;
        }
    }

    /// <summary>Whether the averages lie where the network's tensors do, in their types.</summary>
    /// <exception cref="InvalidOperationException">The network has other tensors than those that were averaged.</exception>
    public bool LiesAs(NetworkTensors network)
    {
        RequireSameTensors(network);

        for (var place = 0; place < layout.Length; place++)
        {
            if (!layout[place].LiesAs(network.Items[place].Value))
            {
                return false;
            }
        }

        return true;
    }

    /// <summary>Takes the values of other averages of the same network, which lie elsewhere.</summary>
    public void TakeFrom(AveragedTensors other) => TensorLists.Copy(averages, other.averages);

    /// <summary>Takes the network's values as the averages.</summary>
    public void TakeFrom(NetworkTensors network) => groups.ForEach(group => group.TakeFrom(network));

    /// <summary>Brings the network's values into the averages.</summary>
    public void Average(NetworkTensors network, AveragingRule rule, bool averageBuffers, long updates)
    {
        foreach (var group in groups)
        {
            if (group.AreParameters || averageBuffers)
            {
                group.Average(network, rule, updates);
            }
            else
            {
                group.TakeFrom(network);
            }
        }
    }

    /// <summary>Puts the averages into the network, and the network's own values aside.</summary>
    public void Show(NetworkTensors network)
    {
        groups.ForEach(group => group.Keep(network));

        try
        {
            groups.ForEach(group => group.Show(network));
        }
        catch
        {
            GiveBack(network);
            throw;
        }
    }

    /// <summary>Takes the buffers that the network shows back into the averages: passes over data may have refreshed them.</summary>
    public void TakeBuffersBack(NetworkTensors network)
    {
        foreach (var group in groups.Where(group => !group.AreParameters))
        {
            group.TakeBack(network);
        }
    }

    /// <summary>Gives the network its own values back.</summary>
    public void GiveBack(NetworkTensors network) => groups.ForEach(group => group.GiveBack(network));

    /// <inheritdoc/>
    public void Dispose() => groups.ForEach(group => group.Dispose());

    private void RequireSameTensors(NetworkTensors network)
    {
        var now = network.Items;

        for (var place = 0; place < Math.Max(now.Count, layout.Length); place++)
        {
            var same = place < now.Count && place < layout.Length && now[place].Name == layout[place].Name && layout[place].HasShapeOf(now[place].Value);

            if (!same)
            {
                var then = place < layout.Length ? $"'{layout[place].Name}' {Shapes.Text(averages[place])}" : "nothing";
                var found = place < now.Count ? $"'{now[place].Name}' {Shapes.Text(now[place].Value)}" : "nothing";
                throw new InvalidOperationException(
                    $"The network has changed since its weights were first averaged: there was {then} and now there is {found} in its place. "
                    + "Make a new WeightAverage after the last change of the layers.");
            }
        }
    }
}
