using DeepLearningCourse.Tests.Data;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Hosting;
using Microsoft.Extensions.Logging;

namespace DeepLearningCourse.Hosting.Tests;

/// <summary>A test with hosts that have a trainer on a folder of the test's own.</summary>
public abstract class HostTest
{
    // A bound for what would otherwise hang; nothing is measured.
    protected static readonly TimeSpan Patience = TimeSpan.FromMinutes(2);

    private TemporaryFolder? folder;

    protected string Folder => folder!.FullName;

    internal RecordedLog Log { get; private set; } = new();

    [SetUp]
    public void MakeFolder() => (folder, Log) = (new TemporaryFolder(), new RecordedLog());

    [TearDown]
    public void DeleteFolder() => folder?.Dispose();

    internal IHost NewHost(SmallJob job, Action<TrainerServiceOptions>? configure = null, Action<IServiceCollection>? services = null)
    {
        var builder = Host.CreateEmptyApplicationBuilder(null);
        builder.Logging.AddProvider(Log);
        builder.Services.AddTrainer(options =>
        {
            (options.Folder, options.Epochs, options.LearningRate, options.Seed, options.LogEverySteps) = (Folder, 3, 0.01, 5, 1);
            configure?.Invoke(options);
        }).AddJob("small", job.Create);
        builder.Services.Configure<HostOptions>(options => options.ShutdownTimeout = Patience);
        services?.Invoke(builder.Services);
        return builder.Build();
    }

    internal static ITrainingQueue Queue(IHost host) => host.Services.GetRequiredService<ITrainingQueue>();

    internal static ITrainingRuns Runs(IHost host) => host.Services.GetRequiredService<ITrainingRuns>();

    internal static Task<TrainingRunStatus> End(IHost host, TrainingRunStatus run) => Runs(host).WaitAsync(run.Id).WaitAsync(Patience);
}
