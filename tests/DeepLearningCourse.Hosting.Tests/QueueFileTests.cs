using Microsoft.Extensions.Logging;

namespace DeepLearningCourse.Hosting.Tests;

public sealed class QueueFileTests : HostTest
{
    private string FullName => Path.Combine(Folder, "queue.json");

    [Test]
    public void Queued_runs_are_there_after_a_restart_as_they_were_asked_for()
    {
        TrainingJob job = new("small") { Epochs = 7, LearningRate = 0.25, Seed = 11, Parameters = new Dictionary<string, string> { ["size"] = "año" } };
        var before = Enqueue(job);

        using var host = NewHost(new SmallJob());
        var after = Runs(host).All.Single();

        Assert.That(after with { Job = before.Job }, Is.EqualTo(before));
        Assert.That(after.Job with { Parameters = job.Parameters }, Is.EqualTo(job));
        Assert.That(after.Job.Parameters, Is.EqualTo(job.Parameters));
    }

    [Test]
    public void A_torn_file_gives_way_to_the_version_before()
    {
        Enqueue(new TrainingJob("small"));
        Enqueue(new TrainingJob("small"));
        var whole = File.ReadAllBytes(FullName);
        var previous = File.ReadAllBytes(Path.Combine(Folder, "queue.previous.json"));

        for (var length = 0; length < whole.Length; length += 7)
        {
            File.WriteAllBytes(FullName, whole[..length]);
            File.WriteAllBytes(Path.Combine(Folder, "queue.previous.json"), previous);
            using var host = NewHost(new SmallJob());
            Assert.That(Runs(host).All.Select(run => run.Id), Is.EqualTo(new[] { "small-1" }), $"cut after {length} bytes");
        }

        Assert.That(Log.Of(LogLevel.Error), Has.Some.Contains("is damaged and was put aside as queue.damaged.json"));
        Assert.That(File.Exists(Path.Combine(Folder, "queue.damaged.json")), Is.True);
    }

    [Test]
    public async Task A_run_that_only_the_torn_version_knew_as_completed_is_not_trained_again()
    {
        SmallJob job = new();
        using (var first = NewHost(job))
        {
            await first.StartAsync();
            await End(first, Queue(first).Enqueue(new TrainingJob("small")));
            await first.StopAsync();
        }

        await File.WriteAllTextAsync(FullName, "{");
        var steps = 0;
        SmallJob again = new() { OnStep = (_, _) => steps++ };
        using var second = NewHost(again);
        await second.StartAsync();
        var ended = await End(second, Runs(second).All.Single());
        await second.StopAsync();

        Assert.That(ended.State, Is.EqualTo(TrainingRunState.Completed));
        Assert.That(steps, Is.Zero);
        Assert.That(again.Weights["small-1"], Is.EqualTo(job.Weights["small-1"]));
    }

    [TestCase("")]
    [TestCase("null")]
    [TestCase("[]")]
    [TestCase("{\"format\":1}")]
    [TestCase("{\"format\":1,\"runs\":[null]}")]
    [TestCase("{\"format\":1,\"runs\":[{\"id\":\"../../x\",\"job\":{\"name\":\"small\"},\"state\":\"Queued\",\"queuedAt\":\"2026-01-01T00:00:00Z\",\"startedAt\":null,\"endedAt\":null,\"summary\":null,\"message\":null}]}")]
    public void Where_nothing_is_whole_the_queue_begins_empty_and_says_so(string damaged)
    {
        Enqueue(new TrainingJob("small"));
        Enqueue(new TrainingJob("small"));
        File.WriteAllText(FullName, damaged);
        File.WriteAllText(Path.Combine(Folder, "queue.previous.json"), damaged);

        using var host = NewHost(new SmallJob());

        Assert.That(Runs(host).All, Is.Empty);
        Assert.That(Log.Of(LogLevel.Error), Has.Some.StartsWith("There is no whole file of the queue"));
    }

    [Test]
    public void A_new_run_does_not_take_the_checkpoints_of_a_forgotten_one()
    {
        _ = Directory.CreateDirectory(Path.Combine(Folder, "small-1"));

        Assert.That(Enqueue(new TrainingJob("small")).Id, Is.EqualTo("small-2"));
    }

    [Test]
    public async Task Of_ended_runs_the_last_ones_are_remembered()
    {
        using var host = NewHost(new SmallJob(), options => options.KeepEndedRuns = 1);
        await host.StartAsync();
        TrainingRunStatus[] runs = [.. Enumerable.Range(0, 3).Select(_ => Queue(host).Enqueue(new TrainingJob("small") { Epochs = 1 }))];
        await End(host, runs[2]);
        await host.StopAsync();

        Assert.That(Runs(host).All.Select(run => run.Id), Is.EqualTo(new[] { runs[2].Id }));
    }

    [Test]
    public void A_folder_belongs_to_one_host()
    {
        using var first = NewHost(new SmallJob());
        _ = Runs(first);
        using var second = NewHost(new SmallJob());

        Assert.That(() => second.StartAsync(), Throws.InvalidOperationException.With.Message.Contains($"cannot have the folder {Folder} for itself")
            .And.Message.Contains("Is another process of the service running?"));
    }

    [Test]
    public void A_file_of_a_later_version_is_refused_and_left_alone()
    {
        const string later = "{\"format\":2,\"runs\":[]}";
        File.WriteAllText(FullName, later);
        using var host = NewHost(new SmallJob());

        Assert.That(() => Runs(host), Throws.InvalidOperationException.With.Message.Contains("was written by a later version, in format 2"));
        Assert.That(File.ReadAllText(FullName), Is.EqualTo(later));
    }

    [Test]
    public void A_run_that_cannot_be_written_down_is_not_in_the_queue()
    {
        using var host = NewHost(new SmallJob());
        Queue(host).Enqueue(new TrainingJob("small"));
        File.Delete(FullName);
        _ = Directory.CreateDirectory(FullName);

        Assert.That(() => Queue(host).Enqueue(new TrainingJob("small")),
            Throws.InstanceOf<IOException>().With.Message.Contains("queue.json"));
        Assert.That(Runs(host).All, Has.Count.EqualTo(1));
    }

    private TrainingRunStatus Enqueue(TrainingJob job)
    {
        using var host = NewHost(new SmallJob());
        return Queue(host).Enqueue(job);
    }
}
