using System.Collections.Concurrent;
using DeepLearningCourse.Training;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Hosting;
using Microsoft.Extensions.Logging;

namespace DeepLearningCourse.Hosting.Tests;

public sealed class QueueTests : HostTest
{
    [Test]
    public async Task Runs_are_trained_one_after_another_in_their_order()
    {
        ConcurrentQueue<(string Run, long Step)> steps = new();
        SmallJob job = new() { OnStep = (context, run) => steps.Enqueue((context.RunId, run.Step)) };
        using var host = NewHost(job, options => options.Epochs = 1);
        TrainingRunStatus[] runs = [.. Enumerable.Range(0, 3).Select(_ => Queue(host).Enqueue(new TrainingJob("small")))];
        Assert.That(Runs(host).All.Select(run => run.State), Is.All.EqualTo(TrainingRunState.Queued));

        await host.StartAsync();
        await Task.WhenAll(runs.Select(run => End(host, run)));
        await host.StopAsync();

        Assert.That(job.Order, Is.EqualTo(new[] { "small-1", "small-2", "small-3" }));
        Assert.That(steps, Is.EqualTo(runs.SelectMany(run => Enumerable.Range(1, 8).Select(step => (run.Id, (long)step)))));
    }

    [Test]
    public async Task As_many_runs_train_at_once_as_the_option_says()
    {
        // Each run waits at its first step until the other has come to its own.
        using Barrier together = new(2);
        SmallJob job = new() { OnStep = (_, run) => Assert.That(run.Step > 1 || together.SignalAndWait(Patience)) };
        using var host = NewHost(job, options => options.RunsAtOnce = 2);
        TrainingRunStatus[] runs = [.. Enumerable.Range(0, 2).Select(_ => Queue(host).Enqueue(new TrainingJob("small")))];

        await host.StartAsync();
        var ended = await Task.WhenAll(runs.Select(run => End(host, run)));
        await host.StopAsync();

        Assert.That(ended.Select(run => run.State), Is.All.EqualTo(TrainingRunState.Completed));
    }

    [Test]
    public async Task A_run_that_fails_leaves_the_service_and_the_queue_alone()
    {
        SmallJob job = new() { OnStep = (context, run) => Fail(context.RunId == "small-1" && run.Step == 9, "The step failed.") };
        using var host = NewHost(job, services: services => services.AddSingleton(new object()));
        await host.StartAsync();

        var first = await End(host, Queue(host).Enqueue(new TrainingJob("small")));
        var second = await End(host, Queue(host).Enqueue(new TrainingJob("small")));
        await host.StopAsync();

        Assert.That(first, Has.Property("State").EqualTo(TrainingRunState.Failed).And.Property("Message").EqualTo("The step failed."));
        Assert.That(second.State, Is.EqualTo(TrainingRunState.Completed));
        Assert.That(Log.Of(LogLevel.Error), Has.One.EqualTo("The run small-1 failed: The step failed. The queue goes on."));
        Assert.That(job.Alive, Is.Zero);
    }

    [Test]
    public async Task A_factory_that_fails_halfway_leaves_no_tensor_behind()
    {
        SmallJob job = new() { OnMade = context => Fail(context.RunId == "small-1", "The factory failed.") };
        using var host = NewHost(job);
        await host.StartAsync();

        var first = await End(host, Queue(host).Enqueue(new TrainingJob("small")));
        Assert.That(first.Message, Is.EqualTo("The factory failed."));
        Assert.That(job.Alive, Is.Zero);

        var second = await End(host, Queue(host).Enqueue(new TrainingJob("small")));
        await host.StopAsync();
        Assert.That(second.State, Is.EqualTo(TrainingRunState.Completed));
        Assert.That(job.Alive, Is.Zero);
    }

    [Test]
    public async Task A_requeued_run_goes_on_from_its_checkpoint()
    {
        var fails = true;
        SmallJob job = new() { OnStep = (_, run) => Fail(fails && run.Step == 12, "The disk was full.") };
        using var host = NewHost(job);
        await host.StartAsync();
        var run = Queue(host).Enqueue(new TrainingJob("small"));
        Assert.That((await End(host, run)).State, Is.EqualTo(TrainingRunState.Failed));

        fails = false;
        Assert.That(Queue(host).Requeue(run.Id), Is.True);
        var ended = await End(host, run);
        Assert.That(Queue(host).Requeue(run.Id), Is.False, "it is completed");
        await host.StopAsync();

        Assert.That(ended.State, Is.EqualTo(TrainingRunState.Completed));
        Assert.That(ended.Message, Is.Null);
        Assert.That(Path.GetDirectoryName(ended.History!.ResumedFrom), Is.EqualTo(run.Folder));
        Assert.That(ended.History.Steps, Is.EqualTo(24));
    }

    [Test]
    public async Task A_status_has_progress_while_a_run_trains_and_its_history_afterwards()
    {
        TaskCompletionSource inside = new(), goOn = new();
        SmallJob job = new()
        {
            OnStep = (_, run) =>
            {
                if (run.Step == 11)
                {
                    inside.SetResult();
                    Assert.That(goOn.Task.Wait(Patience));
                }
            },
        };
        using var host = NewHost(job);
        await host.StartAsync();
        var run = Queue(host).Enqueue(new TrainingJob("small") { Epochs = 2 });
        await inside.Task.WaitAsync(Patience);

        var during = Runs(host).Find(run.Id)!;
        goOn.SetResult();
        var after = await End(host, run);
        await host.StopAsync();

        Assert.That(during.State, Is.EqualTo(TrainingRunState.Running));
        Assert.That(during.Progress, Has.Property("Epoch").EqualTo(2).And.Property("Epochs").EqualTo(2).And.Property("Step").EqualTo(10));
        Assert.That(after.History!.Epochs, Has.Count.EqualTo(2));
        Assert.That(after.Summary!.TrainLosses, Is.EqualTo(after.History.TrainLosses));
        Assert.That(after.StartedAt, Is.GreaterThanOrEqualTo(after.QueuedAt));
        Assert.That(after.EndedAt, Is.GreaterThanOrEqualTo(after.StartedAt));
    }

    [Test]
    public async Task A_run_is_stopped_while_it_waits_or_at_its_next_step_with_a_checkpoint()
    {
        IHost? running = null;
        SmallJob job = new() { OnStep = (context, run) => _ = run.Step != 10 || Runs(running!).Stop(context.RunId) };
        using var host = running = NewHost(job);
        var first = Queue(host).Enqueue(new TrainingJob("small"));
        var second = Queue(host).Enqueue(new TrainingJob("small"));
        Assert.That(Runs(host).Stop(second.Id), Is.True);

        await host.StartAsync();
        var ended = await End(host, first);
        await host.StopAsync();

        Assert.That(ended.State, Is.EqualTo(TrainingRunState.Stopped));
        Assert.That(ended.Summary, Has.Property("Steps").EqualTo(10).And.Property("StopReason").EqualTo(StopReason.Canceled));
        Assert.That(Directory.GetFiles(first.Folder), Has.Some.Contains("10"));
        Assert.That((await End(host, second)).State, Is.EqualTo(TrainingRunState.Stopped));
        Assert.That(Runs(host).Stop(second.Id), Is.False);
        Assert.That(job.Order, Is.EqualTo(new[] { first.Id }));
        Assert.That(job.Alive, Is.Zero);
    }

    [Test]
    public void Orders_that_could_only_fail_are_refused_with_a_sentence()
    {
        using var host = NewHost(new SmallJob());
        var queue = Queue(host);

        Assert.That(() => queue.Enqueue(new TrainingJob("big")), Throws.ArgumentException.With.Message.StartsWith(
            "There is no job 'big'. Register it with AddTrainer(...).AddJob(\"big\", ...); there are small."));
        Assert.That(() => queue.Enqueue(new TrainingJob("small") { Epochs = 0 }), Throws.ArgumentException.With.Message.Contains("Epochs is 0"));
        Assert.That(() => queue.Enqueue(new TrainingJob("small") { LearningRate = double.NaN }), Throws.ArgumentException.With.Message.Contains("LearningRate is NaN"));
        Assert.That(() => queue.Enqueue(new TrainingJob("small") { Parameters = null! }), Throws.ArgumentException.With.Message.Contains("Parameters"));
        Assert.That(() => Runs(host).WaitAsync("small-1"), Throws.TypeOf<KeyNotFoundException>().With.Message.Contains("'small-1'"));
        Assert.That(Runs(host).All, Is.Empty);
    }

    [Test]
    public async Task A_job_has_a_service_scope_of_its_own_that_is_disposed_after_it()
    {
        List<Resource> seen = [];
        SmallJob job = new() { OnMade = context => seen.Add(context.Services.GetRequiredService<Resource>()) };
        using var host = NewHost(job, services: services => services.AddScoped<Resource>());
        await host.StartAsync();
        TrainingRunStatus[] runs = [Queue(host).Enqueue(new TrainingJob("small")), Queue(host).Enqueue(new TrainingJob("small"))];
        await Task.WhenAll(runs.Select(run => End(host, run)));
        await host.StopAsync();

        Assert.That(seen.Distinct().Count(), Is.EqualTo(2));
        Assert.That(seen.Select(resource => resource.IsDisposed), Is.All.True);
    }

    private static void Fail(bool now, string message)
    {
        if (now)
        {
            throw new InvalidOperationException(message);
        }
    }

    /// <summary>Can only be disposed asynchronously, which a scope does not forgive in Dispose().</summary>
    private sealed class Resource : IAsyncDisposable
    {
        public bool IsDisposed { get; private set; }

        public ValueTask DisposeAsync()
        {
            IsDisposed = true;
            return ValueTask.CompletedTask;
        }
    }
}
