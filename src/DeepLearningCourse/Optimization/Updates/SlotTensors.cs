using static TorchSharp.torch;

namespace DeepLearningCourse.Optimization.Updates;

/// <summary>One slot of the state for all parameters of a block.</summary>
internal sealed class SlotTensors : IDisposable
{
    public SlotTensors(ParameterBlock block, double initial)
    {
        using var scope = NewDisposeScope();
        using var outside = no_grad();
        var all = full([block.Total], initial, block.Dtype, block.Device);
        Views = [.. block.Parameters.Select((parameter, i) => all.narrow(0, block.Offsets[i], block.Counts[i]).view(parameter.shape).DetachFromDisposeScope())];
        Handles = [.. Views.Select(view => view.Handle)];
        All = all.DetachFromDisposeScope();
    }

    /// <summary>The elements of all parameters, one after the other.</summary>
    public Tensor All { get; }

    /// <summary>The part of each parameter, in its shape.</summary>
    public Tensor[] Views { get; }

    /// <summary>The same as pointers.</summary>
    public nint[] Handles { get; }

    public void Dispose()
    {
        foreach (var view in Views)
        {
            view.Dispose();
        }

        All.Dispose();
    }
}
