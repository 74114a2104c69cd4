using Microsoft.Extensions.Hosting;

namespace DeepLearningCourse.Hosting.Tests;

/// <summary>More runs at once than a service gets, asked for by many threads, of which some fail and some are stopped.</summary>
public sealed class QueueAttackTests : HostTest
{
    private const int Threads = 8;

    [Test]
    public Task Runs_asked_for_by_many_threads_each_end_as_they_should() => Attack(24);

    [Test, Category("Long"), Attack]
    public Task Two_hundred_runs_asked_for_by_many_threads_each_end_as_they_should() => Attack(200);

    private async Task Attack(int count)
    {
        IHost? running = null;
        SmallJob job = new()
        {
            OnStep = (context, run) =>
            {
                var kind = Kind(context.RunId);

                if (kind == TrainingRunState.Failed && run.Step == 9)
                {
                    throw new InvalidOperationException("The step failed.");
                }

                _ = kind != TrainingRunState.Stopped || run.Step != 9 || Runs(running!).Stop(context.RunId);
            },
        };
        using var host = running = NewHost(job, options => options.RunsAtOnce = 4);
        await host.StartAsync();

        var asked = await Task.WhenAll(Enumerable.Range(0, Threads).Select(_ => Task.Run(() =>
            Enumerable.Range(0, count / Threads).Select(_ => Queue(host).Enqueue(new TrainingJob("small"))).ToArray())));
        var ended = await Task.WhenAll(asked.SelectMany(runs => runs).Select(run => End(host, run)));
        await host.StopAsync();

        Assert.That(ended.Select(run => run.Id), Is.Unique);
        Assert.That(ended.Where(run => run.State != Kind(run.Id)).Select(run => $"{run.Id} {run.State}"), Is.Empty);
        Assert.That(job.Order, Has.Count.EqualTo(count));
        Assert.That(job.Alive, Is.Zero, "networks and data that were not disposed");
        AttackRecords.Add(
            "Services",
            $"{count} runs asked for by {Threads} threads, 4 trained at once; a third throws in a step, a third is stopped in one",
            $"{string.Join(", ", ended.CountBy(run => run.State).Select(group => $"{group.Value} {group.Key.ToString().ToLowerInvariant()}"))}; each as it should, nothing left alive");
    }

    private static TrainingRunState Kind(string run) =>
        (int.Parse(run.AsSpan(run.LastIndexOf('-') + 1), System.Globalization.CultureInfo.InvariantCulture) % 3) switch
        {
            0 => TrainingRunState.Failed,
            1 => TrainingRunState.Stopped,
            _ => TrainingRunState.Completed,
        };
}
