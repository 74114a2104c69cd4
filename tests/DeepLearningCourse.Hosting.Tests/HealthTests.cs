using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Diagnostics.HealthChecks;
using Microsoft.Extensions.Hosting;

namespace DeepLearningCourse.Hosting.Tests;

public sealed class HealthTests : HostTest
{
    [Test]
    public async Task Health_follows_the_service_and_its_last_run()
    {
        var fails = true;
        SmallJob job = new() { OnMade = context => _ = fails ? throw new InvalidOperationException("No data.") : context };
        using var host = NewHost(job, services: services => services.AddHealthChecks().AddCheck<TrainerHealthCheck>("training"));

        Assert.That(await Health(host), Has.Property("Status").EqualTo(HealthStatus.Unhealthy), "not started");

        await host.StartAsync();
        Assert.That(() => Health(host).Result.Status, Is.EqualTo(HealthStatus.Healthy).After(60_000, 10), "nothing to do");

        await End(host, Queue(host).Enqueue(new TrainingJob("small")));
        var failed = await Health(host);
        Assert.That(failed.Status, Is.EqualTo(HealthStatus.Degraded));
        Assert.That(failed.Description, Is.EqualTo("The last run, small-1, failed: No data."));

        fails = false;
        await End(host, Queue(host).Enqueue(new TrainingJob("small")));
        Assert.That((await Health(host)).Status, Is.EqualTo(HealthStatus.Healthy), "the next one was completed");

        await host.StopAsync();
        Assert.That((await Health(host)).Status, Is.EqualTo(HealthStatus.Unhealthy), "stopped");
    }

    [Test]
    public async Task Health_is_degraded_while_the_queue_cannot_be_written_and_tells_what_waits()
    {
        using var host = NewHost(new SmallJob(), services: services => services.AddHealthChecks().AddCheck<TrainerHealthCheck>("training"));
        var file = Path.Combine(Folder, "queue.json");
        await host.StartAsync();
        Assert.That(() => Health(host).Result.Status, Is.EqualTo(HealthStatus.Healthy).After(60_000, 10));

        _ = Directory.CreateDirectory(file);
        Assert.That(() => Queue(host).Enqueue(new TrainingJob("small")),
            Throws.InstanceOf<IOException>().With.Message.Contains("queue.json"));
        var degraded = await Health(host);
        Directory.Delete(file);
        await End(host, Queue(host).Enqueue(new TrainingJob("small")));
        var healthy = await Health(host);
        await host.StopAsync();

        Assert.That(degraded.Status, Is.EqualTo(HealthStatus.Degraded));
        Assert.That(degraded.Description, Does.StartWith("The queue's file could not be written: "));
        Assert.That(healthy.Status, Is.EqualTo(HealthStatus.Healthy));
        Assert.That(healthy.Data["queued"], Is.Zero);
    }

    private static async Task<HealthReportEntry> Health(IHost host) =>
        (await host.Services.GetRequiredService<HealthCheckService>().CheckHealthAsync()).Entries["training"];
}
