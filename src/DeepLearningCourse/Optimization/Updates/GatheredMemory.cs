using DeepLearningCourse.Runtime;
using TorchSharp;
using static TorchSharp.torch;

namespace DeepLearningCourse.Optimization.Updates;

/// <summary>The small parameters of a block and their gradients, copied one after the other for the moment of a step.</summary>
/// <remarks>Copies of a few kilobytes cost less than an operation of libtorch's; so a step of any number of small parameters is a handful of operations, and
/// parameters and gradients stay tensors of their own, which anyone may hold, share or replace.</remarks>
internal sealed unsafe class GatheredMemory : IDisposable
{
    private readonly ParameterBlock block;
    private readonly bool isOnCpu;
    private readonly int elementSize;
    private readonly Tensor parameters;
    private readonly Tensor gradients;
    private readonly Tensor[] views;
    private readonly Dictionary<(int Start, int End), UpdateTensors> runs = [];

    public GatheredMemory(ParameterBlock block)
    {
        this.block = block;
        isOnCpu = block.Device.type == DeviceType.CPU;
        var elements = block.Gathered == 0 ? 0 : block.Offsets[block.Gathered - 1] + block.Counts[block.Gathered - 1];
        using var scope = NewDisposeScope();
        parameters = empty([elements], block.Dtype, block.Device).DetachFromDisposeScope();
        gradients = empty([elements], block.Dtype, block.Device).DetachFromDisposeScope();
        views = [.. Enumerable.Range(0, block.Gathered).Select(i =>
            parameters.narrow(0, block.Offsets[i], block.Counts[i]).view(block.Parameters[i].shape).DetachFromDisposeScope())];
        elementSize = (int)parameters.ElementSize;
    }

    /// <summary>Copies a row of parameters and gradients together.</summary>
    /// <returns>The tensors that lie over the copies, and over the same parts of the state.</returns>
    public UpdateTensors Gather(int start, int end, SlotTensors[] slots)
    {
        for (var i = start; i < end; i++)
        {
            Copy(block.Parameters[i].Handle, parameters, i);
            Copy(block.Gradients[i], gradients, i);
        }

        if (!runs.TryGetValue((start, end), out var run) || !run.IsOver(slots))
        {
            run?.Dispose();
            var (offset, count) = (block.Offsets[start], block.Offsets[end - 1] + block.Counts[end - 1] - block.Offsets[start]);
            run = new UpdateTensors(Part(parameters), Part(gradients), [.. slots.Select(slot => Part(slot.All))], slots);
            runs[(start, end)] = run;

            Tensor Part(Tensor all) => all.narrow(0, offset, count).DetachFromDisposeScope();
        }

        return run;
    }

    /// <summary>Copies changed parameters back.</summary>
    public void Scatter(int start, int end)
    {
        for (var i = start; i < end; i++)
        {
            if (isOnCpu)
            {
                var parameter = block.Parameters[i].Handle;
                Buffer.MemoryCopy(Place(parameters, i), TensorCalls.Data(parameter), Size(i), Size(i));
                VersionCounter.Bump(parameter);
            }
            else
            {
                block.Parameters[i].copy_(views[i]);
            }
        }
    }

    public void Dispose()
    {
        foreach (var run in runs.Values)
        {
            run.Dispose();
        }

        runs.Clear();

        foreach (var view in views)
        {
            view.Dispose();
        }

        parameters.Dispose();
        gradients.Dispose();
    }

    private void Copy(nint source, Tensor target, int i)
    {
        if (isOnCpu)
        {
            Buffer.MemoryCopy(TensorCalls.Data(source), Place(target, i), Size(i), Size(i));
            return;
        }

        using var scope = NewDisposeScope();
        nint handle;
        _ = DispatcherExports.NewTensorHandle(source, &handle);
        target.narrow(0, block.Offsets[i], block.Counts[i]).copy_(Tensor.UnsafeCreateTensor(handle).reshape(-1));
    }

    private byte* Place(Tensor tensor, int i) => (byte*)tensor.DataPointer() + (block.Offsets[i] * elementSize);

    private long Size(int i) => block.Counts[i] * elementSize;
}
