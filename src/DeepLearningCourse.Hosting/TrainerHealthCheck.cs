using Microsoft.Extensions.Diagnostics.HealthChecks;

namespace DeepLearningCourse.Hosting;

/// <summary>Tells a host's health: healthy while the service takes runs from its queue, degraded where the last run failed or the queue's file cannot be
/// written, and unhealthy before it has started and after it has stopped.</summary>
/// <example>
/// <code>
/// builder.Services.AddHealthChecks().AddCheck&lt;TrainerHealthCheck&gt;("training");
/// app.MapHealthChecks("/health");
/// </code>
/// </example>
public sealed class TrainerHealthCheck : IHealthCheck
{
    private readonly RunRegistry registry;

    internal TrainerHealthCheck(RunRegistry registry) => this.registry = registry;

    /// <inheritdoc/>
    public Task<HealthCheckResult> CheckHealthAsync(HealthCheckContext context, CancellationToken cancellationToken = default)
    {
        var runs = registry.All;
        Dictionary<string, object> data = new()
        {
            ["queued"] = runs.Count(run => run.State == TrainingRunState.Queued),
            ["running"] = runs.Where(run => run.State == TrainingRunState.Running).Select(run => run.Id).ToArray(),
        };
        return Task.FromResult(Result(runs, context?.Registration?.FailureStatus ?? HealthStatus.Unhealthy, data));
    }

    private HealthCheckResult Result(IReadOnlyList<TrainingRunStatus> runs, HealthStatus failure, Dictionary<string, object> data)
    {
        if (!registry.IsServing)
        {
            return new HealthCheckResult(failure, "The trainer service is not running: the host has not started it yet, or is stopping.", data: data);
        }

        if (registry.WriteProblem is { } problem)
        {
            return HealthCheckResult.Degraded($"The queue's file could not be written: {problem}", data: data);
        }

        return runs.Where(run => run.IsEnded).MaxBy(run => run.EndedAt) is { State: TrainingRunState.Failed } failed
            ? HealthCheckResult.Degraded($"The last run, {failed.Id}, failed: {failed.Message}", data: data)
            : HealthCheckResult.Healthy($"The trainer service is running, with {data["queued"]} runs in the queue.", data);
    }
}
