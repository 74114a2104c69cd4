using DeepLearningCourse.Checkpoints;
using DeepLearningCourse.Models;
using DeepLearningCourse.Optimization;
using DeepLearningCourse.ResumeProbe;
using DeepLearningCourse.Tests.Data;
using DeepLearningCourse.Training;
using DeepLearningCourse.Training.Callbacks;
using static TorchSharp.torch;

namespace DeepLearningCourse.Tests.Training;

public sealed class ResumeTests : NetworkTest
{
    // 13 batches, 3 to a step.
    private const int StepsPerEpoch = 5;
    private const int Steps = StepsPerEpoch * Scenario.Epochs;

    // Tensors that workers make are counted for their threads: ResumeMemoryTests counts, without workers.
    protected override long LiveTensors => 0;

    [Test]
    public void A_run_stopped_after_any_step_goes_on_as_if_it_had_not_been([Range(1, Steps - 1)] int step)
    {
        var (whole, wholeHistory) = Undisturbed();
        using TemporaryFolder folder = new();

        using (Scenario first = new(numWorkers: 0))
        {
            var stopped = first.Run(folder.FullName, null, new StopAfter(step));
            Assert.That((stopped.StopReason, stopped.Steps), Is.EqualTo((StopReason.Stopped, (long)step)));
        }

        using Scenario second = new(numWorkers: 2);
        using var other = rand(3);
        var history = second.Run(folder.FullName, ResumeFrom.Auto);

        Assert.That(second.Fingerprint(), Is.EqualTo(whole));
        Assert.That(history.StopReason, Is.EqualTo(StopReason.Completed));
        Assert.That(history.ResumedFrom, Does.EndWith($"step-{step:D10}.pt"));
        AssertSame(history, wholeHistory);
    }

    [Test]
    public void A_run_over_any_kind_of_data_goes_on_as_if_it_had_not_been_stopped(
        [Values("shared", "query", "shared query", "iterator")] string data, [Values(1, 3, 4, 5, 6, 8, 10, 12, 14)] int step)
    {
        var (whole, wholeHistory) = Undisturbed(data);
        using TemporaryFolder folder = new();

        using (Scenario first = new(numWorkers: 0, data))
        {
            first.Run(folder.FullName, null, new StopAfter(step));
        }

        using (Scenario again = new(numWorkers: 0, data))
        {
            again.Run(folder.FullName, ResumeFrom.Auto, new StopAfter(step + 1));
        }

        using Scenario last = new(numWorkers: 2, data);
        var history = last.Run(folder.FullName, ResumeFrom.Auto);

        Assert.That(last.Fingerprint(), Is.EqualTo(whole));
        Assert.That(history.Warnings, Is.Empty);
        AssertSame(history, wholeHistory);
    }

    [Test]
    public void A_loader_that_has_moved_on_is_put_back([ValueSource(typeof(Scenario), nameof(Scenario.Data))] string data)
    {
        var (whole, _) = Undisturbed(data);
        using TemporaryFolder folder = new();
        using Scenario scenario = new(numWorkers: 0, data);
        scenario.Run(folder.FullName, null, new StopAfter(7));
        File.Copy(folder["step-0000000007.pt"], folder["kept.pt"]);
        scenario.Run(folder["other"], null);

        var history = scenario.Run(folder["another"], folder["kept.pt"]);

        Assert.That(scenario.Fingerprint(), Is.EqualTo(whole));
        Assert.That(history.Warnings, Is.Empty);
    }

    [Test]
    public void A_checkpoint_of_an_earlier_format_is_gone_on_from_without_a_warning()
    {
        using Scenario scenario = new(numWorkers: 0);

        var history = scenario.Fit(scenario.Trainer([]), Path.Combine(AppContext.BaseDirectory, "Reference", "checkpoints", "format-1.pt"));

        Assert.That(history.Warnings, Is.Empty);
        Assert.That((history.StopReason, history.Steps), Is.EqualTo((StopReason.Completed, (long)Steps)));
        Assert.That(history.Epochs.Select(epoch => epoch.Samples), Is.All.EqualTo(50));
    }

    [Test]
    public void A_run_stopped_again_and_again_goes_on_as_if_it_had_not_been()
    {
        var (whole, wholeHistory) = Undisturbed();
        using TemporaryFolder folder = new();
        TrainingHistory history;

        for (var step = 2; ; step += 2)
        {
            using Scenario scenario = new(numWorkers: step % 4);
            history = scenario.Run(folder.FullName, ResumeFrom.Auto, new StopAfter(step));

            if (history.StopReason == StopReason.Completed)
            {
                Assert.That(scenario.Fingerprint(), Is.EqualTo(whole));
                break;
            }
        }

        AssertSame(history, wholeHistory);
    }

    [Test]
    public void A_wait_for_a_batch_that_is_given_up_within_a_step_keeps_its_gradients([Values(1, 2, 7, 14)] int batches)
    {
        var (whole, _) = Undisturbed();
        using TemporaryFolder folder = new();
        using CancellationTokenSource source = new();

        using (Scenario first = new(numWorkers: 0))
        {
            first.BatchSeen = number =>
            {
                if (number == batches)
                {
                    source.Cancel();
                }
            };
            var stopped = first.Fit(first.Trainer([new Checkpoint(folder.FullName)]), cancellationToken: source.Token);
            Assert.That(stopped.StopReason, Is.EqualTo(StopReason.Canceled));
        }

        using Scenario second = new(numWorkers: 1);
        second.Run(folder.FullName, ResumeFrom.Auto);

        Assert.That(second.Fingerprint(), Is.EqualTo(whole));
    }

    [Test]
    public void A_complete_run_is_not_run_again_and_more_epochs_go_on()
    {
        using TemporaryFolder folder = new();
        using Scenario scenario = new(numWorkers: 0);
        scenario.Run(folder.FullName, null);
        var after = scenario.Fingerprint();

        var again = scenario.Run(folder.FullName, ResumeFrom.Auto);

        Assert.That(again.StopReason, Is.EqualTo(StopReason.Completed));
        Assert.That(again.Epochs, Has.Count.EqualTo(Scenario.Epochs));
        Assert.That(scenario.Fingerprint(), Is.EqualTo(after));
    }

    [Test]
    public void Auto_without_a_checkpoint_begins_anew()
    {
        using TemporaryFolder folder = new();
        using Scenario scenario = new(numWorkers: 0);

        var history = scenario.Run(folder["not/yet"], ResumeFrom.Auto);

        Assert.That(history.ResumedFrom, Is.Null);
        Assert.That(scenario.Fingerprint(), Is.EqualTo(Undisturbed().Fingerprint));
    }

    [Test]
    public void A_damaged_checkpoint_costs_only_itself([Values("torn", "empty", "flipped")] string damage)
    {
        var (whole, _) = Undisturbed();
        using TemporaryFolder folder = new();

        using (Scenario first = new(numWorkers: 0))
        {
            first.Run(folder.FullName, null, new StopAfter(8));
        }

        Damage(folder["step-0000000008.pt"], damage);
        using Scenario second = new(numWorkers: 0);
        var history = second.Run(folder.FullName, ResumeFrom.Auto);

        Assert.That(history.ResumedFrom, Does.EndWith("step-0000000007.pt"));
        Assert.That(history.Warnings, Has.Some.StartsWith($"The checkpoint {folder["step-0000000008.pt"]} is damaged: ").And.Some.EndsWith(" The run goes on from the one before."));
        Assert.That(second.Fingerprint(), Is.EqualTo(whole));
    }

    [Test]
    public void A_damaged_checkpoint_without_an_earlier_one_is_an_error()
    {
        using TemporaryFolder folder = new();
        File.WriteAllText(folder["step-0000000001.pt"], "");
        using Scenario scenario = new(numWorkers: 0);

        var exception = Assert.Throws<CheckpointException>(() => scenario.Run(folder.FullName, ResumeFrom.Auto));

        Assert.That(exception.IsDamaged);
        Assert.That(exception.Path, Does.EndWith("step-0000000001.pt"));
    }

    [Test]
    public void A_checkpoint_of_another_network_is_refused_with_the_differences()
    {
        using TemporaryFolder folder = new();
        using (Scenario first = new(numWorkers: 0))
        {
            first.Run(folder.FullName, null, new StopAfter(1));
        }

        using var model = nn.Linear(2, 1);
        using var optimizer = Optimizers.AdamW(model.parameters());
        using var criterion = nn.MSELoss();
        var before = model.weight!.bytes.ToArray();
        var trainer = new Trainer(model, criterion, optimizer, new TrainerOptions { ShowProgress = false });

        var exception = Assert.Throws<CheckpointException>(() => trainer.Fit([(ones(1, 2), ones(1, 1))], resume: folder.FullName));

        Assert.That(exception.Message, Does.Contain("has the schedule OneCycleLR, and this trainer none. Give it the same."));
        Assert.That(exception.IsDamaged, Is.False);
        Assert.That(model.weight.bytes.ToArray(), Is.EqualTo(before));
    }

    [Test]
    public void Another_shape_or_optimizer_changes_nothing()
    {
        using TemporaryFolder folder = new();
        using var saved = nn.Linear(2, 1);
        using var savedOptimizer = Optimizers.Adam(saved.parameters());
        using var model = nn.Linear(3, 1);
        using var same = nn.Linear(2, 1);
        using var optimizer = Optimizers.Adam(model.parameters());
        using var otherOptimizer = Optimizers.SGD(same.parameters());
        using var criterion = nn.MSELoss();
        TrainerOptions options = new() { Epochs = 1, ShowProgress = false };
        new Trainer(saved, criterion, savedOptimizer, options with { Callbacks = [new Checkpoint(folder.FullName)] }).Fit([(ones(1, 2), ones(1, 1))]);
        var before = (model.weight!.bytes.ToArray(), same.weight!.bytes.ToArray());

        Assert.That(
            () => new Trainer(model, criterion, optimizer, options).Fit([(ones(1, 3), ones(1, 1))], resume: folder.FullName),
            Throws.TypeOf<CheckpointException>().With.Message.Contains("is of another network.").And.Message.Contains("wrong shape: weight is [1, 2] in the weights and [1, 3] in the network"));
        Assert.That(
            () => new Trainer(same, criterion, otherOptimizer, options).Fit([(ones(1, 2), ones(1, 1))], resume: folder.FullName),
            Throws.TypeOf<CheckpointException>().With.Message.Contains("has the state of Adam, and this trainer has SGD."));
        Assert.That((model.weight.bytes.ToArray(), same.weight.bytes.ToArray()), Is.EqualTo(before));
    }

    [Test]
    public void Missing_files_and_folders_are_named()
    {
        using var scenario = new Scenario(0);

        Assert.That(() => scenario.Fit(scenario.Trainer([]), "nowhere"), Throws.TypeOf<FileNotFoundException>().With.Message.StartsWith("There is no checkpoint nowhere."));
        Assert.That(() => scenario.Fit(scenario.Trainer([]), ResumeFrom.Auto), Throws.ArgumentException.With.Message.Contains("Add new Checkpoint(folder)."));
    }

    [Test]
    public void Weights_in_a_checkpoint_are_weights()
    {
        using TemporaryFolder folder = new();
        using var model = nn.Linear(2, 1);
        using var other = nn.Linear(2, 1);
        using var optimizer = Optimizers.Adam(model.parameters());
        using var criterion = nn.MSELoss();
        Checkpoint checkpoint = new(folder.FullName);
        new Trainer(model, criterion, optimizer, new TrainerOptions { Epochs = 1, ShowProgress = false, Callbacks = [checkpoint] }).Fit([(ones(1, 2), ones(1, 1))]);

        other.LoadWeights(checkpoint.Last!);

        Assert.That(other.weight!.bytes.ToArray(), Is.EqualTo(model.weight!.bytes.ToArray()));
    }

    [Test]
    public void Optimizers_of_TorchSharp_are_refused_by_name()
    {
        using TemporaryFolder folder = new();
        using var model = nn.Linear(2, 1);
        using var optimizer = optim.Adam(model.parameters());
        using var criterion = nn.MSELoss();
        var trainer = new Trainer(model, criterion, optimizer, new TrainerOptions { Epochs = 1, ShowProgress = false, Callbacks = [new Checkpoint(folder.FullName)] });

        Assert.That(() => trainer.Fit([(ones(1, 2), ones(1, 1))]), Throws.TypeOf<NotSupportedException>().With.Message.StartsWith("Adam is TorchSharp's own optimizer"));
    }

    [Test]
    public void Other_options_go_on_with_a_warning()
    {
        using TemporaryFolder folder = new();
        using (Scenario first = new(numWorkers: 0))
        {
            first.Run(folder.FullName, null, new StopAfter(1));
        }

        using var second = new Scenario(0);
        var trainer = second.Trainer([new StopAfter(2)], clipNorm: 2);
        var history = second.Fit(trainer, folder.FullName);

        Assert.That(history.Warnings, Is.EqualTo(new[] { $"The run went on from {folder["step-0000000001.pt"]}, which was trained with ClipNorm 1, with ClipNorm 2." }));
    }

    private static (string Fingerprint, TrainingHistory History) Undisturbed(string data = "separate")
    {
        using Scenario scenario = new(numWorkers: 0, data);
        var history = scenario.Fit(scenario.Trainer([]));
        return (scenario.Fingerprint(), history);
    }

    private static void AssertSame(TrainingHistory history, TrainingHistory whole)
    {
        Assert.That(history.TrainLosses, Is.EqualTo(whole.TrainLosses));
        Assert.That(history.ValidationLosses, Is.EqualTo(whole.ValidationLosses));
        Assert.That(history.Validations.Select(v => (v.Step, v.Epoch, v.Evaluation.Loss)), Is.EqualTo(whole.Validations.Select(v => (v.Step, v.Epoch, v.Evaluation.Loss))));
        Assert.That(history.Epochs.Select(e => (e.Steps, e.Samples, e.GradientNorm, e.LearningRates[0])), Is.EqualTo(whole.Epochs.Select(e => (e.Steps, e.Samples, e.GradientNorm, e.LearningRates[0]))));
        Assert.That(history.Epochs.Select(e => e.Validation!.ConfusionMatrix!.ToString()), Is.EqualTo(whole.Epochs.Select(e => e.Validation!.ConfusionMatrix!.ToString())));
        Assert.That(history.Steps, Is.EqualTo(whole.Steps));
    }

    private static void Damage(string file, string damage)
    {
        var bytes = File.ReadAllBytes(file);
        File.WriteAllBytes(file, damage switch
        {
            "torn" => bytes[..(bytes.Length / 2)],
            "empty" => [],
            _ => [.. bytes.Select((value, i) => i > bytes.Length / 3 && i < bytes.Length / 2 && i % 97 == 0 ? (byte)~value : value)],
        });
    }

    private sealed class StopAfter(int step) : ITrainingCallback
    {
        public void OnStepEnded(TrainingRun run, StepResult result)
        {
            if (result.Step == step)
            {
                run.Stop();
            }
        }
    }
}
