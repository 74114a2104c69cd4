using Microsoft.Extensions.Configuration;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.DependencyInjection.Extensions;
using Microsoft.Extensions.Options;

namespace DeepLearningCourse.Hosting;

/// <summary>Adds the trainer to the services of a .NET host.</summary>
/// <example>
/// <code>
/// var builder = Host.CreateApplicationBuilder(args);
/// builder.Services.AddTrainer(builder.Configuration.GetSection("Training")).AddJob("digits", context =>
/// {
///     var model = context.Own(new DigitsNetwork());
///     var criterion = context.Own(nn.CrossEntropyLoss());
///     var optimizer = context.Own(Optimizers.Adam(model.parameters(), lr: context.LearningRate));
///     var loader = context.Own(new DataLoader&lt;(Tensor features, Tensor target)&gt;(data, batchSize: 32, shuffle: true, seed: 42));
///     return TrainingWork.Create(new Trainer(model, criterion, optimizer, context.Options), loader);
/// });
/// var host = builder.Build();
/// host.Services.GetRequiredService&lt;ITrainingQueue&gt;().Enqueue(new TrainingJob("digits") { Epochs = 20 });
/// await host.RunAsync();
/// </code>
/// </example>
public static class TrainerServices
{
    /// <summary>Adds <see cref="ITrainingQueue"/>, <see cref="ITrainingRuns"/>, <see cref="TrainerHealthCheck"/> and the background service that trains.</summary>
    /// <param name="services">The host's services.</param>
    /// <param name="configuration">The section with the settings, named as the properties of <see cref="TrainerServiceOptions"/>. A setting that there is not, or that
    /// cannot be, ends the host's start with a sentence.</param>
    /// <returns>Where the jobs are registered.</returns>
    /// <exception cref="InvalidOperationException">A trainer was added already.</exception>
    public static TrainerBuilder AddTrainer(this IServiceCollection services, IConfiguration configuration)
    {
        ArgumentNullException.ThrowIfNull(services);
        ArgumentNullException.ThrowIfNull(configuration);
        return Add(services, options => options.Bind(configuration, binder => binder.ErrorOnUnknownConfiguration = true));
    }

    /// <summary>Adds <see cref="ITrainingQueue"/>, <see cref="ITrainingRuns"/>, <see cref="TrainerHealthCheck"/> and the background service that trains.</summary>
    /// <param name="services">The host's services.</param>
    /// <param name="configure">Sets the settings.</param>
    /// <returns>Where the jobs are registered.</returns>
    /// <exception cref="InvalidOperationException">A trainer was added already.</exception>
    public static TrainerBuilder AddTrainer(this IServiceCollection services, Action<TrainerServiceOptions> configure)
    {
        ArgumentNullException.ThrowIfNull(services);
        ArgumentNullException.ThrowIfNull(configure);
        return Add(services, options => options.Configure(configure));
    }

    private static TrainerBuilder Add(IServiceCollection services, Action<OptionsBuilder<TrainerServiceOptions>> configure)
    {
        if (services.Any(service => service.ServiceType == typeof(JobCatalog)))
        {
            throw new InvalidOperationException("A host has one trainer: call AddTrainer once, and AddJob on what it returns for each job.");
        }

        JobCatalog catalog = new();
        _ = services.AddSingleton(catalog);
        configure(services.AddOptions<TrainerServiceOptions>().ValidateOnStart());
        _ = services.AddSingleton<IValidateOptions<TrainerServiceOptions>, TrainerServiceOptionsValidation>();
        services.TryAddSingleton(TimeProvider.System);
        _ = services.AddSingleton<RunRegistry>()
            .AddSingleton<ITrainingQueue>(provider => provider.GetRequiredService<RunRegistry>())
            .AddSingleton<ITrainingRuns>(provider => provider.GetRequiredService<RunRegistry>())
            .AddSingleton<JobRunner>()
            .AddSingleton(provider => new TrainerHealthCheck(provider.GetRequiredService<RunRegistry>()))
            .AddHostedService<TrainingService>();
        return new TrainerBuilder(services, catalog);
    }
}
