using DeepLearningCourse.Runtime;
using TorchSharp;
using static TorchSharp.torch;

namespace DeepLearningCourse.Optimization.Updates;

/// <summary>The counts of steps as libtorch's fused operators take them: a tensor of one float for each parameter.</summary>
internal sealed unsafe class StepCounts : IDisposable
{
    private readonly Tensor all;
    private readonly Tensor[] views;
    private readonly long[] written;
    private readonly bool isOnCpu;

    public StepCounts(int parameters, Device device)
    {
        using var scope = NewDisposeScope();
        using var withoutGradients = no_grad();
        var zero = zeros([parameters], ScalarType.Float32, device);
        views = [.. Enumerable.Range(0, parameters).Select(i => zero[i].DetachFromDisposeScope())];
        Handles = [.. views.Select(view => view.Handle)];
        all = zero.DetachFromDisposeScope();
        written = new long[parameters];
        isOnCpu = device.type == DeviceType.CPU;
    }

    public nint[] Handles { get; }

    /// <summary>Brings the tensors to the counts.</summary>
    public void Write(long[] steps)
    {
        var data = isOnCpu ? (float*)all.DataPointer() : null;

        for (var i = 0; i < steps.Length; i++)
        {
            if (written[i] == steps[i])
            {
                continue;
            }

            written[i] = steps[i];

            if (data != null)
            {
                data[i] = steps[i];
            }
            else
            {
                _ = views[i].fill_(steps[i]);
            }
        }
    }

    public void Dispose()
    {
        foreach (var view in views)
        {
            view.Dispose();
        }

        all.Dispose();
    }
}
