using Microsoft.Extensions.Hosting;
using TorchSharp;

namespace DeepLearningCourse.Hosting.Tests;

public sealed class LiveTensorTests : HostTest
{
    [Test]
    public async Task Runs_that_complete_fail_or_are_interrupted_leave_no_tensor_alive()
    {
        IHost? running = null;
        SmallJob job = new()
        {
            OnStep = (context, run) =>
            {
                if (context.RunId == "small-2" && run.Step == 9)
                {
                    throw new InvalidOperationException("The step failed.");
                }

                _ = context.RunId != "small-3" || run.Step != 9 || Runs(running!).Stop(context.RunId);
            },
        };
        using var host = running = NewHost(job);
        await host.StartAsync();

        // The first run tries operators out, once for the process.
        await End(host, Queue(host).Enqueue(new TrainingJob("small")));
        var before = torch.Tensor.TotalCount;
        TrainingRunStatus[] runs = [.. Enumerable.Range(0, 3).Select(_ => Queue(host).Enqueue(new TrainingJob("small")))];
        var ended = await Task.WhenAll(runs.Select(run => End(host, run)));
        await host.StopAsync();
        var left = torch.Tensor.TotalCount - before;

        Assert.That(ended.Select(run => run.State), Is.EqualTo(new[] { TrainingRunState.Failed, TrainingRunState.Stopped, TrainingRunState.Completed }));
        Assert.That(left, Is.EqualTo(runs.Length * CountOfDisposedNetwork()));
    }

    /// <summary>TorchSharp's total never goes down for the tensor that a Parameter takes over: what a network leaves in the count when it is disposed.</summary>
    private static long CountOfDisposedNetwork()
    {
        var before = torch.Tensor.TotalCount;

        using (new SmallNetwork())
        {
        }

        return torch.Tensor.TotalCount - before;
    }
}
