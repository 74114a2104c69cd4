using System.Diagnostics;
using DeepLearningCourse.Optimization;
using DeepLearningCourse.ResumeProbe;
using DeepLearningCourse.Tests.Data;
using DeepLearningCourse.Training;
using DeepLearningCourse.Training.Callbacks;
using static TorchSharp.torch;

namespace DeepLearningCourse.Tests.Training;

public sealed class CheckpointTests : NetworkTest
{
    [Test]
    public void The_newest_files_stay()
    {
        using TemporaryFolder folder = new();
        var checkpoint = Train(folder, epochs: 5, new Checkpoint(folder.FullName, keepLast: 2));

        Assert.That(Files(folder), Is.EqualTo(new[] { "step-0000000008.pt", "step-0000000010.pt" }));
        Assert.That(checkpoint.Last, Is.EqualTo(folder["step-0000000010.pt"]));
    }

    [Test]
    public void The_best_stay_as_well()
    {
        using TemporaryFolder folder = new();
        var losses = new[] { 3.0, 1, 5, 2, 4, 6 };
        Checkpoint checkpoint = new(folder.FullName, keepLast: 1, keepBest: 2);

        Train(folder, epochs: 6, checkpoint, losses);

        Assert.That(Files(folder), Is.EqualTo(new[] { "step-0000000004.pt", "step-0000000008.pt", "step-0000000012.pt" }));
        Assert.That(checkpoint.Best, Is.EqualTo(folder["step-0000000004.pt"]));
    }

    [Test]
    public void Steps_and_epochs_are_counted()
    {
        using TemporaryFolder folder = new();
        Train(folder, epochs: 4, new Checkpoint(folder.FullName, everySteps: 3, everyEpochs: 2, keepLast: 9));

        // Steps 3 and 6 within epochs, epochs 2 and 4.
        Assert.That(Files(folder), Is.EqualTo(new[] { "step-0000000003.pt", "step-0000000004.pt", "step-0000000006.pt", "step-0000000008.pt" }));
    }

    [Test]
    public void What_a_killed_program_left_half_written_is_removed()
    {
        using TemporaryFolder folder = new();
        File.WriteAllText(folder[".step-0000000001.pt.abc.tmp"], "half");
        Train(folder, epochs: 1, new Checkpoint(folder.FullName));

        Assert.That(Files(folder), Is.EqualTo(new[] { "step-0000000002.pt" }));
    }

    [Test]
    public void A_trial_run_writes_nothing()
    {
        using TemporaryFolder folder = new();
        Train(folder, epochs: 3, new Checkpoint(folder["run"]), options: options => options with { FastDevRun = true });

        Assert.That(Directory.Exists(folder["run"]), Is.False);
    }

    [Test]
    public void A_folder_that_cannot_be_written_to_costs_the_checkpoint_and_not_the_run([Values] bool isFile)
    {
        using TemporaryFolder folder = new();
        File.WriteAllText(folder["file"], "");
        var where = isFile ? folder["file"] : folder["file/below"];
        TrainingHistory? history = null;

        Train(folder, epochs: 1, new Checkpoint(where), seen: h => history = h);

        Assert.That(history!.StopReason, Is.EqualTo(StopReason.Completed));
        Assert.That(history.Warnings, Has.Some.StartsWith("After step 2 no checkpoint could be written: ").And.Some.EndsWith(" Earlier ones are as they were."));
    }

    [Test]
    public void A_folder_that_is_gone_is_made_again()
    {
        using TemporaryFolder folder = new();
        Train(folder, epochs: 2, new Checkpoint(folder["run"]), callback: new AtEpoch(1, () => Directory.Delete(folder["run"], recursive: true)));

        Assert.That(Directory.EnumerateFiles(folder["run"]).Select(Path.GetFileName), Is.EqualTo(new[] { "step-0000000004.pt" }));
    }

    [Test, Platform("Linux")]
    public void A_full_disk_costs_no_earlier_checkpoint()
    {
        using TemporaryFolder folder = new();

        if (Run("mount", "-t", "tmpfs", "-o", "size=300k", "tmpfs", folder.FullName) != 0)
        {
            Assert.Ignore("It takes the right to mount a small disk.");
        }

        try
        {
            using Scenario first = new(numWorkers: 0);
            var disturbed = first.Run(folder.FullName, null, new FillDisk(folder["ballast"], from: 4, to: 9));

            Assert.That(disturbed.StopReason, Is.EqualTo(StopReason.Completed));
            Assert.That(disturbed.Warnings, Has.Count.EqualTo(6).And.All.Contains("no checkpoint could be written"), "steps 5 to 9 and the epoch that ends with step 5");
            Assert.That(Files(folder), Is.EqualTo(new[] { "step-0000000014.pt", "step-0000000015.pt" }), "it went on once there was room");
        }
        finally
        {
            _ = Run("umount", folder.FullName);
        }
    }

    [Test, Platform("Linux")]
    public void A_run_on_a_full_disk_goes_on_from_the_checkpoint_before()
    {
        using TemporaryFolder folder = new();

        if (Run("mount", "-t", "tmpfs", "-o", "size=300k", "tmpfs", folder.FullName) != 0)
        {
            Assert.Ignore("It takes the right to mount a small disk.");
        }

        try
        {
            using Scenario whole = new(numWorkers: 0);
            whole.Fit(whole.Trainer([]));
            using (Scenario first = new(numWorkers: 0))
            {
                first.Run(folder.FullName, null, new FillDisk(folder["ballast"], from: 4, to: 99));
            }

            File.Delete(folder["ballast"]);
            using Scenario second = new(numWorkers: 0);
            var history = second.Run(folder.FullName, ResumeFrom.Auto);

            Assert.That(history.ResumedFrom, Does.EndWith("step-0000000004.pt"));
            Assert.That(second.Fingerprint(), Is.EqualTo(whole.Fingerprint()));
        }
        finally
        {
            _ = Run("umount", folder.FullName);
        }
    }

    [Test]
    public void Numbers_too_small_are_refused() => Assert.Multiple(() =>
    {
        Assert.That(() => new Checkpoint("x", everySteps: 0),
            Throws.TypeOf<ArgumentOutOfRangeException>().With.Message.StartsWith("everySteps ('0') must be greater than or equal to '1'. (Parameter 'everySteps')"));
        Assert.That(() => new Checkpoint("x", everyEpochs: 0),
            Throws.TypeOf<ArgumentOutOfRangeException>().With.Message.StartsWith("everyEpochs ('0') must be greater than or equal to '1'. (Parameter 'everyEpochs')"));
        Assert.That(() => new Checkpoint("x", keepLast: 0),
            Throws.TypeOf<ArgumentOutOfRangeException>().With.Message.StartsWith("keepLast ('0') must be greater than or equal to '1'. (Parameter 'keepLast')"));
        Assert.That(() => new Checkpoint("x", keepBest: -1),
            Throws.TypeOf<ArgumentOutOfRangeException>().With.Message.StartsWith("keepBest ('-1') must be a non-negative value. (Parameter 'keepBest')"));
        Assert.That(() => new Checkpoint(""),
            Throws.ArgumentException.With.Message.EqualTo("The value cannot be an empty string. (Parameter 'folder')"));
    });

    private static Checkpoint Train(
        TemporaryFolder folder, int epochs, Checkpoint checkpoint, double[]? losses = null, ITrainingCallback? callback = null,
        Func<TrainerOptions, TrainerOptions>? options = null, Action<TrainingHistory>? seen = null)
    {
        using var model = nn.Linear(2, 1);
        using var optimizer = Optimizers.Adam(model.parameters());
        var validations = 0;
        TrainerOptions plain = new() { Epochs = epochs, ShowProgress = false, Callbacks = callback is null ? [checkpoint] : [callback, checkpoint], Metrics = [] };

        // Two steps an epoch; the validation losses are those that are given.
        Trainer<Tensor> trainer = new(
            model, X => model.training || losses is null ? model.call(X).square().mean() : tensor(losses[validations++]), optimizer, options?.Invoke(plain) ?? plain);
        var history = trainer.Fit([ones(1, 2), ones(1, 2)], losses is null ? null : [ones(1, 2)]);
        seen?.Invoke(history);
        return checkpoint;
    }

    private static string[] Files(TemporaryFolder folder) => [.. Directory.EnumerateFiles(folder.FullName).Select(file => Path.GetFileName(file)).Where(file => file != "ballast").Order()];

    private static int Run(string program, params string[] arguments)
    {
        try
        {
            using var process = Process.Start(new ProcessStartInfo(program, arguments) { RedirectStandardError = true })!;
            process.WaitForExit();
            return process.ExitCode;
        }
        catch (System.ComponentModel.Win32Exception)
        {
            return -1;
        }
    }

    private sealed class AtEpoch(int epoch, Action action) : ITrainingCallback
    {
        public void OnEpochStarted(TrainingRun run)
        {
            if (run.Epoch == epoch + 1)
            {
                action();
            }
        }
    }

    /// <summary>Leaves no room on a small disk after some step, until another.</summary>
    private sealed class FillDisk(string file, int from, int to) : ITrainingCallback
    {
        public void OnStepEnded(TrainingRun run, StepResult result)
        {
            if (result.Step == from + 1)
            {
                try
                {
                    File.WriteAllBytes(file, new byte[1 << 20]);
                }
                catch (IOException)
                {
                    // Full, as it should be.
                }
            }

            if (result.Step == to + 1)
            {
                File.Delete(file);
            }
        }
    }
}
