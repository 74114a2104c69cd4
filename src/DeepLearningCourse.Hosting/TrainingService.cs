using System.Runtime.InteropServices;
using Microsoft.Extensions.Hosting;
using Microsoft.Extensions.Logging;
using Microsoft.Extensions.Options;

namespace DeepLearningCourse.Hosting;

/// <summary>The background service: takes one run after another from the queue, several at once if it is asked to, and ends them at their next step when the host stops.</summary>
internal sealed class TrainingService(
    RunRegistry registry, JobRunner runner, IOptions<TrainerServiceOptions> settings, IHostApplicationLifetime lifetime, ILogger<TrainingService> logger) : BackgroundService
{
    /// <inheritdoc/>
    public override async Task StopAsync(CancellationToken cancellationToken)
    {
        await base.StopAsync(cancellationToken).ConfigureAwait(false);

        if (ExecuteTask is { IsCompleted: false })
        {
            HostingLog.TooLate(logger, string.Join(", ", registry.All.Where(run => run.State == TrainingRunState.Running).Select(run => run.Id)));
        }
    }

    /// <inheritdoc/>
    protected override async Task ExecuteAsync(CancellationToken stoppingToken)
    {
        registry.IsServing = true;
        using var closedTerminal = StopWithTerminal();

        try
        {
            await Task.WhenAll(Enumerable.Range(0, settings.Value.RunsAtOnce).Select(_ => WorkAsync(stoppingToken))).ConfigureAwait(false);
        }
        finally
        {
            registry.IsServing = false;
        }
    }

    /// <summary>Stops the host in good order when its terminal is closed, which hosts leave to the system: it would end the process without a checkpoint.</summary>
    private PosixSignalRegistration? StopWithTerminal()
    {
        try
        {
            return PosixSignalRegistration.Create(PosixSignal.SIGHUP, context =>
            {
                context.Cancel = true;
                lifetime.StopApplication();
            });
        }
        catch (PlatformNotSupportedException)
        {
            return null;
        }
    }

    private async Task WorkAsync(CancellationToken stoppingToken)
    {
        try
        {
            while (true)
            {
                var entry = await registry.TakeNextAsync(stoppingToken).ConfigureAwait(false);
                var outcome = await runner.RunAsync(entry.Status, registry.ProgressOf(entry), entry.Stop!.Token).ConfigureAwait(false);
                registry.End(entry, outcome);
            }
        }
        catch (OperationCanceledException) when (stoppingToken.IsCancellationRequested)
        {
            // The host stops. What waits is in the file.
        }
    }
}
