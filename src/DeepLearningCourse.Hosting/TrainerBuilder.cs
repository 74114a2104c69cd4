using Microsoft.Extensions.DependencyInjection;

namespace DeepLearningCourse.Hosting;

/// <summary>Registers the jobs of a trainer service.</summary>
public sealed class TrainerBuilder
{
    private readonly JobCatalog catalog;

    internal TrainerBuilder(IServiceCollection services, JobCatalog catalog) => (Services, this.catalog) = (services, catalog);

    /// <summary>The host's services.</summary>
    public IServiceCollection Services { get; }

    /// <summary>Registers a job.</summary>
    /// <param name="name">What <see cref="TrainingJob.Name"/> calls it, and how its runs' folders begin: letters, digits, <c>-</c>, <c>_</c> and <c>.</c>.</param>
    /// <param name="create">Makes a run's network, optimizer, loaders and trainer. It is called when the run's turn has come, on the run's own thread, and again
    /// when a run goes on after a restart: the same job must make the same things then.</param>
    /// <returns>This builder.</returns>
    /// <exception cref="ArgumentException">The name is taken, or has other characters.</exception>
    public TrainerBuilder AddJob(string name, Func<TrainingContext, TrainingWork> create)
    {
        ArgumentException.ThrowIfNullOrEmpty(name);
        ArgumentNullException.ThrowIfNull(create);
        catalog.Add(name, create);
        return this;
    }
}
