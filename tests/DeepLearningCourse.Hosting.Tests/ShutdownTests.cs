using System.Diagnostics;
using DeepLearningCourse.Training;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Hosting;
using Microsoft.Extensions.Logging;
using TorchSharp;

namespace DeepLearningCourse.Hosting.Tests;

public sealed class ShutdownTests : HostTest
{
    // Within the second of three epochs of 8 steps.
    private const int StopAt = 13;

    [Test]
    public async Task A_run_that_the_host_interrupts_goes_on_in_the_next_host_with_the_same_weights()
    {
        var undisturbed = await TrainUndisturbed();

        SmallJob interrupted = new() { OnStep = (context, run) => StopHostAt(StopAt, context, run) };
        using (var first = NewHost(interrupted))
        {
            var run = Queue(first).Enqueue(new TrainingJob("small"));
            Queue(first).Enqueue(new TrainingJob("small") { Epochs = 1 });
            await first.StartAsync();
            await first.WaitForShutdownAsync().WaitAsync(Patience);
            var status = Runs(first).Find(run.Id)!;
            Assert.That(status.State, Is.EqualTo(TrainingRunState.Queued));
            Assert.That(status.History!.Steps, Is.EqualTo(StopAt));
            Assert.That(interrupted.Alive, Is.Zero);
            Assert.That(interrupted.Order, Is.EqualTo(new[] { "small-1" }), "the next one does not begin while the host stops");
        }

        // Another process has its random numbers elsewhere.
        _ = torch.manual_seed(12345);
        SmallJob resumed = new();
        using var second = NewHost(resumed);
        await second.StartAsync();
        var ended = await Task.WhenAll(Runs(second).All.Select(run => End(second, run)));
        await second.StopAsync();

        Assert.That(ended.Select(run => run.State), Is.All.EqualTo(TrainingRunState.Completed));
        Assert.That(resumed.Order, Is.EqualTo(new[] { "small-1", "small-2" }));
        Assert.That(Path.GetFileName(resumed.ResumedFrom["small-1"]), Does.Contain("13"));
        Assert.That(resumed.ResumedFrom["small-2"], Is.Null);
        Assert.That(resumed.Weights["small-1"], Is.EqualTo(undisturbed.Weights["small-1"]));
        Assert.That(ended[0].History!.TrainLosses, Has.Count.EqualTo(3));
        Assert.That(resumed.Alive, Is.Zero);
    }

    [Test, Attack]
    public async Task A_sample_that_hangs_keeps_no_host_from_stopping([Values] bool stopsTheRun)
    {
        using ManualResetEventSlim hangs = new(), release = new();
        SmallJob job = new()
        {
            Sample = index =>
            {
                if (index == 20)
                {
                    hangs.Set();
                    release.Wait(Patience);
                }

                return ([1, 2, 3, 4], [5]);
            },
        };
        using var host = NewHost(job);
        await host.StartAsync();
        var run = Queue(host).Enqueue(new TrainingJob("small"));
        Assert.That(hangs.Wait(Patience));
        var took = Stopwatch.StartNew();

        if (stopsTheRun)
        {
            Runs(host).Stop(run.Id);
            _ = await End(host, run);
        }
        else
        {
            await host.StopAsync();
        }

        Assert.That(took.Elapsed, Is.LessThan(TimeSpan.FromSeconds(10)), "the sample hangs for two minutes");
        Assert.That(Runs(host).Find(run.Id)!.State, Is.EqualTo(stopsTheRun ? TrainingRunState.Stopped : TrainingRunState.Queued));
        Assert.That(Directory.GetFiles(run.Folder, "step-*.pt"), Has.Length.EqualTo(1));
        release.Set();
        await host.StopAsync();
        AttackRecords.Add("Services", $"a sample that hangs while {(stopsTheRun ? "the run" : "the host")} is asked to stop", $"ended after {took.ElapsedMilliseconds} ms with its checkpoint");
    }

    [Test]
    public async Task A_completed_run_is_not_run_again()
    {
        SmallJob job = new();
        using (var first = NewHost(job))
        {
            await first.StartAsync();
            await End(first, Queue(first).Enqueue(new TrainingJob("small")));
            await first.StopAsync();
        }

        using var second = NewHost(job);
        await second.StartAsync();
        await End(second, Queue(second).Enqueue(new TrainingJob("small")));
        await second.StopAsync();

        Assert.That(job.Order, Is.EqualTo(new[] { "small-1", "small-2" }));
        Assert.That(Runs(second).Find("small-1"), Has.Property("State").EqualTo(TrainingRunState.Completed));
        Assert.That(Runs(second).Find("small-1")!.Summary!.TrainLosses, Has.Count.EqualTo(3));
    }

    [Test]
    public async Task Stopped_and_failed_runs_stay_so_after_a_restart()
    {
        SmallJob job = new() { OnMade = context => _ = context.RunId != "small-1" ? 0 : throw new InvalidOperationException("No.") };
        using (var first = NewHost(job))
        {
            await first.StartAsync();
            await End(first, Queue(first).Enqueue(new TrainingJob("small")));
            await first.StopAsync();
            Assert.That(Runs(first).Stop(Queue(first).Enqueue(new TrainingJob("small")).Id), Is.True);
        }

        using var second = NewHost(job);
        await second.StartAsync();
        await End(second, Queue(second).Enqueue(new TrainingJob("small")));
        await second.StopAsync();

        Assert.That(Runs(second).All.Select(run => run.State), Is.EqualTo(new[] { TrainingRunState.Failed, TrainingRunState.Stopped, TrainingRunState.Completed }));
        Assert.That(Runs(second).Find("small-1")!.Message, Is.EqualTo("No."));
        Assert.That(job.Order, Is.EqualTo(new[] { "small-1", "small-3" }));
    }

    [Test]
    public async Task A_step_that_outlasts_the_shutdown_timeout_is_left_behind_and_said()
    {
        using ManualResetEventSlim hang = new();
        SmallJob job = new()
        {
            OnStep = (context, run) =>
            {
                StopHostAt(9, context, run);
                Assert.That(run.Step < 9 || hang.Wait(Patience));
            },
        };
        using var host = NewHost(job, services: services => services.Configure<HostOptions>(options => options.ShutdownTimeout = TimeSpan.FromMilliseconds(1)));
        var run = Queue(host).Enqueue(new TrainingJob("small"));

        await host.StartAsync();
        await host.WaitForShutdownAsync().WaitAsync(Patience);
        Assert.That(Log.Of(LogLevel.Warning), Has.Some.StartsWith($"The runs {run.Id} did not come to their next step within the host's shutdown timeout"));

        hang.Set();
        Assert.That(() => Runs(host).Find(run.Id)!.State, Is.EqualTo(TrainingRunState.Queued).After(60_000, 20));
    }

    [Test]
    public async Task A_run_of_a_killed_process_goes_on_from_its_last_checkpoint_with_the_same_weights()
    {
        var undisturbed = await TrainUndisturbed();

        // What a process that is killed at this step leaves on the disk.
        var remains = Path.Combine(Folder, "remains");
        SmallJob killed = new() { OnStep = (_, run) => CopyAt(StopAt, run, Path.Combine(Folder, "killed"), remains) };
        using (var first = NewHost(killed, options => (options.Folder, options.CheckpointEverySteps) = (Path.Combine(Folder, "killed"), 5)))
        {
            await first.StartAsync();
            await End(first, Queue(first).Enqueue(new TrainingJob("small")));
            await first.StopAsync();
        }

        _ = torch.manual_seed(12345);
        SmallJob resumed = new();
        using var second = NewHost(resumed, options => options.Folder = remains);
        await second.StartAsync();
        await End(second, Runs(second).All.Single());
        await second.StopAsync();

        Assert.That(Path.GetFileName(resumed.ResumedFrom["small-1"]), Does.Contain("10"));
        Assert.That(resumed.Weights["small-1"], Is.EqualTo(undisturbed.Weights["small-1"]));
    }

    [Test]
    public async Task A_run_that_was_to_stop_does_not_begin_again_after_a_kill()
    {
        var remains = Path.Combine(Folder, "remains");
        IHost? running = null;
        SmallJob job = new()
        {
            OnStep = (context, run) =>
            {
                _ = run.Step != StopAt || Runs(running!).Stop(context.RunId);
                CopyAt(StopAt, run, Path.Combine(Folder, "killed"), remains);
            },
        };
        using (var first = running = NewHost(job, options => options.Folder = Path.Combine(Folder, "killed")))
        {
            await first.StartAsync();
            await End(first, Queue(first).Enqueue(new TrainingJob("small")));
            await first.StopAsync();
        }

        using var second = NewHost(job, options => options.Folder = remains);
        Assert.That(Runs(second).All.Single().State, Is.EqualTo(TrainingRunState.Stopped));
    }

    private static void CopyAt(long step, TrainingRun run, string from, string to)
    {
        if (run.Step == step)
        {
            foreach (var file in Directory.GetFiles(from, "*.*", SearchOption.AllDirectories).Where(file => Path.GetFileName(file) != ".queue.lock"))
            {
                var copy = Path.Combine(to, Path.GetRelativePath(from, file));
                _ = Directory.CreateDirectory(Path.GetDirectoryName(copy)!);
                File.Copy(file, copy);
            }
        }
    }

    private static void StopHostAt(long step, TrainingContext context, TrainingRun run)
    {
        if (run.Step == step)
        {
            context.Services.GetRequiredService<IHostApplicationLifetime>().StopApplication();
            Assert.That(SpinWait.SpinUntil(() => run.StopReason is not null, Patience), "the host asks the run to stop");
        }
    }

    /// <summary>The same run in one piece, in a folder of its own.</summary>
    private async Task<SmallJob> TrainUndisturbed()
    {
        SmallJob job = new();
        using var host = NewHost(job, options => options.Folder = Path.Combine(Folder, "undisturbed"));
        await host.StartAsync();
        await End(host, Queue(host).Enqueue(new TrainingJob("small")));
        await host.StopAsync();
        return job;
    }
}
