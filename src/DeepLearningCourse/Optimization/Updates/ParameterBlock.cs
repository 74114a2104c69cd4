using DeepLearningCourse.Runtime;
using TorchSharp.Modules;
using static TorchSharp.torch;

namespace DeepLearningCourse.Optimization.Updates;

/// <summary>The parameters of one group that have one type and one device, with what the optimizer keeps for them.</summary>
/// <remarks>Each slot of the state is one tensor for all parameters, laid one after the other, the small ones first: a step over all small parameters is
/// then one over a part of each slot. The parameters themselves stay where they are.</remarks>
internal sealed class ParameterBlock : IDisposable
{
    /// <summary>About where an operation's own work outweighs the cost of calling it.</summary>
    public const long UsuallyGatheredBelow = 1 << 15;

    private readonly Dictionary<string, SlotTensors> slots = [];

    public ParameterBlock(IReadOnlyList<Parameter> all, IEnumerable<int> places, ScalarType dtype, Device device, long gatherBelow, int scalars)
    {
        Dtype = dtype;
        Device = device;
        Places = [.. places.OrderBy(place => all[place].numel() >= gatherBelow)];
        Parameters = [.. Places.Select(place => all[place])];
        Counts = [.. Parameters.Select(parameter => parameter.numel())];
        Offsets = new long[Parameters.Length];
        Steps = new long[Parameters.Length];
        Gradients = new nint[Parameters.Length];
        Scalars = [.. Parameters.Select(_ => new double[scalars])];

        for (var i = 0; i < Parameters.Length; i++)
        {
            Offsets[i] = Total;
            Total += Counts[i];
            Gathered += Counts[i] < gatherBelow ? 1 : 0;
        }
    }

    public ScalarType Dtype { get; }

    public Device Device { get; }

    /// <summary>The places of the parameters in the group.</summary>
    public int[] Places { get; }

    public Parameter[] Parameters { get; }

    public long[] Counts { get; }

    /// <summary>Where each parameter's state begins in a slot.</summary>
    public long[] Offsets { get; }

    /// <summary>The elements of all parameters.</summary>
    public long Total { get; }

    /// <summary>How many parameters, from the first on, are small.</summary>
    public int Gathered { get; }

    /// <summary>The steps of each parameter so far; 0 while it has no state.</summary>
    public long[] Steps { get; }

    /// <summary>The rule's numbers for each parameter.</summary>
    public double[][] Scalars { get; }

    /// <summary>The gradients of the moment, as pointers of this block's own; 0 for a parameter without one.</summary>
    public nint[] Gradients { get; }

    /// <summary>Whether the parameters still are of this type and on this device: <c>model.to(...)</c> changes them.</summary>
    public bool IsUpToDate()
    {
        for (var i = 0; i < Parameters.Length; i++)
        {
            var handle = Parameters[i].Handle;

            if (TensorCalls.Type(handle) != Dtype || TensorCalls.DeviceType(handle) != Device.type
                || (Device.type != TorchSharp.DeviceType.CPU && TensorCalls.DeviceIndex(handle) != Device.index))
            {
                return false;
            }
        }

        return true;
    }

    /// <summary>Takes hold of the gradients.</summary>
    /// <returns>Whether there is any.</returns>
    public bool TakeGradients()
    {
        var any = false;

        for (var i = 0; i < Parameters.Length; i++)
        {
            Gradients[i] = TensorCalls.Grad(Parameters[i].Handle);
            any |= Gradients[i] != 0;
        }

        return any;
    }

    /// <summary>Lets go of the gradients.</summary>
    public void DropGradients()
    {
        for (var i = 0; i < Gradients.Length; i++)
        {
            DropGradient(i);
        }
    }

    /// <summary>Lets go of one gradient, which its parameter has still.</summary>
    public void DropGradient(int i)
    {
        if (Gradients[i] != 0)
        {
            TensorCalls.Dispose(Gradients[i]);
            Gradients[i] = 0;
        }
    }

    /// <summary>The state of a slot, which is made when it is first asked for.</summary>
    public SlotTensors Slot(StateSlot slot)
    {
        if (!slots.TryGetValue(slot.Name, out var tensors))
        {
            tensors = new SlotTensors(this, slot.Initial);
            slots.Add(slot.Name, tensors);
        }

        return tensors;
    }

    /// <summary>The names and tensors that are kept for one parameter; they stay this block's.</summary>
    public IEnumerable<(string Name, Tensor Value)> TensorsOf(int i) => slots.Select(slot => (slot.Key, slot.Value.Views[i]));

    public void Dispose()
    {
        DropGradients();

        foreach (var slot in slots.Values)
        {
            slot.Dispose();
        }

        slots.Clear();
    }
}
