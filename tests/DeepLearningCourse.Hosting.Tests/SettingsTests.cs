using Microsoft.Extensions.Configuration;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Hosting;
using Microsoft.Extensions.Options;

namespace DeepLearningCourse.Hosting.Tests;

public sealed class SettingsTests : HostTest
{
    [TestCase("Epochs", "0", "TrainerServiceOptions.Epochs is 0: it is the number of times the data is gone through, at least 1.")]
    [TestCase("LearningRate", "-1", "TrainerServiceOptions.LearningRate is -1: a learning rate is a number greater than 0, for instance 0.001.")]
    [TestCase("LearningRate", "NaN", "TrainerServiceOptions.LearningRate is NaN: a learning rate is a number greater than 0, for instance 0.001.")]
    [TestCase("Folder", " ", "TrainerServiceOptions.Folder is empty: it is the folder of the queue and the checkpoints, for instance runs.")]
    [TestCase("LogEverySteps", "0", "TrainerServiceOptions.LogEverySteps is 0: it is the number of steps from one report of the progress to the next, at least 1.")]
    [TestCase("CheckpointEverySteps", "0", "TrainerServiceOptions.CheckpointEverySteps is 0: it is the number of steps from one checkpoint to the next, or left out for none within epochs, at least 1.")]
    [TestCase("CheckpointEveryEpochs", "0", "TrainerServiceOptions.CheckpointEveryEpochs is 0: it is the number of epochs from one checkpoint to the next, at least 1.")]
    [TestCase("KeepCheckpoints", "0", "TrainerServiceOptions.KeepCheckpoints is 0: it is the number of checkpoints that stay, at least 1.")]
    [TestCase("RunsAtOnce", "0", "TrainerServiceOptions.RunsAtOnce is 0: it is the number of runs that train at the same time, at least 1.")]
    [TestCase("KeepEndedRuns", "-1", "TrainerServiceOptions.KeepEndedRuns is -1: it is the number of ended runs that are remembered, at least 0.")]
    public void A_setting_that_cannot_be_ends_the_start_with_a_sentence(string setting, string value, string sentence)
    {
        using var host = HostOf((setting, value));

        Assert.That(() => host.StartAsync(), Throws.TypeOf<OptionsValidationException>().With.Property("Failures").EqualTo(new[] { sentence }));
    }

    [TestCase("Epochs", "ten", "Training:Epochs")]
    [TestCase("Epoch", "10", "'Epoch'")]
    public void A_setting_that_is_no_number_or_unknown_is_named(string setting, string value, string named)
    {
        using var host = HostOf((setting, value));

        Assert.That(() => host.StartAsync(), Throws.InvalidOperationException.With.Message.Contains(named));
    }

    [Test]
    public async Task Settings_of_the_section_and_of_the_job_come_to_the_factory()
    {
        List<(int Epochs, double LearningRate, long? Seed, int LogEverySteps, bool HandleSignals, string Size)> seen = [];
        SmallJob job = new()
        {
            OnMade = context => seen.Add((context.Options.Epochs, context.LearningRate, context.Options.Seed, context.Options.LogEverySteps,
                context.Options.HandleSignals, context.Job.Parameters.GetValueOrDefault("size", ""))),
        };
        using var host = HostOf(job, ("Epochs", "2"), ("LearningRate", "0.5"), ("Seed", "9"), ("LogEverySteps", "4"));
        await host.StartAsync();
        await End(host, Queue(host).Enqueue(new TrainingJob("small")));
        await End(host, Queue(host).Enqueue(new TrainingJob("small") { Epochs = 1, LearningRate = 0.25, Seed = 8, Parameters = new Dictionary<string, string> { ["size"] = "3" } }));
        await host.StopAsync();

        Assert.That(seen, Is.EqualTo(new[] { (2, 0.5, (long?)9, 4, false, ""), (1, 0.25, 8L, 4, false, "3") }));
    }

    [Test]
    public void Jobs_and_trainers_that_are_registered_twice_are_refused()
    {
        ServiceCollection services = new();
        var trainer = services.AddTrainer(_ => { }).AddJob("small", new SmallJob().Create);

        Assert.That(() => trainer.AddJob("small", new SmallJob().Create), Throws.ArgumentException.With.Message.Contains("There is a job 'small' already"));
        Assert.That(() => trainer.AddJob("a/b", new SmallJob().Create), Throws.ArgumentException.With.Message.Contains("The job 'a/b' cannot give its name to the folders"));
        Assert.That(() => services.AddTrainer(_ => { }), Throws.InvalidOperationException.With.Message.Contains("A host has one trainer"));
    }

    private IHost HostOf(params (string Setting, string Value)[] settings) => HostOf(new SmallJob(), settings);

    private IHost HostOf(SmallJob job, params (string Setting, string Value)[] settings)
    {
        var builder = Host.CreateEmptyApplicationBuilder(null);
        Dictionary<string, string?> section = new() { ["Training:Folder"] = Folder };

        foreach (var (setting, value) in settings)
        {
            section["Training:" + setting] = value;
        }

        builder.Configuration.AddInMemoryCollection(section);
        builder.Services.AddTrainer(builder.Configuration.GetSection("Training")).AddJob("small", job.Create);
        return builder.Build();
    }
}
