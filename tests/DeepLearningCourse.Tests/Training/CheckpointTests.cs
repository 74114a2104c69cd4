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
        Assert.That(history.Warnings, Is.EqualTo(new[]
        {
            $"Checkpoints cannot be written to {where}: {(isFile ? $"The file '{where}' already exists." : $"Could not find a part of the path '{where}'.")} "
            + "The run goes on without them, and tries each that is due.",
        }));
    }

    [Test]
    public void A_folder_that_is_a_link_to_nothing_is_said_with_its_target()
    {
        using TemporaryFolder folder = new();
        Directory.CreateSymbolicLink(folder["run"], folder["not-mounted"]);
        TrainingHistory? history = null;

        Train(folder, epochs: 1, new Checkpoint(folder["run"]), seen: h => history = h);

        Assert.That(history!.Warnings, Is.EqualTo(new[]
        {
            $"Checkpoints cannot be written to {folder["run"]}: it is a link to {folder["not-mounted"]}, and there is no such folder. "
            + "The run goes on without them, and tries each that is due.",
        }));
    }

    [Test]
    public void A_folder_that_comes_late_is_used_and_that_is_said()
    {
        using TemporaryFolder folder = new();
        File.WriteAllText(folder["run"], "in the way");
        TrainingHistory? history = null;

        Train(folder, epochs: 4, new Checkpoint(folder["run"]), callback: new AtEpoch(2, () => File.Delete(folder["run"])), seen: h => history = h);

        Assert.That(history!.Warnings.Skip(1), Is.EqualTo(new[] { "From step 6 on checkpoints are written again; 2 were not." }));
        Assert.That(Directory.EnumerateFiles(folder["run"]).Count(), Is.EqualTo(2));
    }

    [Test]
    public void A_folder_in_the_place_of_a_file_is_said_with_the_file()
    {
        using TemporaryFolder folder = new();
        Directory.CreateDirectory(folder["step-0000000002.pt"]);
        TrainingHistory? history = null;

        Train(folder, epochs: 2, new Checkpoint(folder.FullName), seen: h => history = h);

        Assert.That(history!.Warnings.Where(warning => warning.StartsWith("After step 2 no checkpoint could be written: ", StringComparison.Ordinal)).Single(), Does.EndWith(
            " Earlier ones are as they were. Those that are due later are tried, and nothing is said of them until that changes."));
        Assert.That(history.Warnings[^1], Is.EqualTo("From step 4 on checkpoints are written again; one was not."));
    }

    [Test, Platform("Linux"), Attack]
    public void A_disk_that_is_read_only_from_the_start_is_said_once()
    {
        using TemporaryFolder folder = new();

        if (Run("mount", "-t", "tmpfs", "-o", "ro,size=300k", "tmpfs", folder.FullName) != 0)
        {
            Assert.Ignore("It takes the right to mount a small disk.");
        }

        try
        {
            TrainingHistory? history = null;
            Train(folder, epochs: 20, new Checkpoint(folder.FullName, everySteps: 1), seen: h => history = h);

            Assert.That(history!.Warnings.Single(), Does.Match($"^Checkpoints cannot be written to {folder.FullName}: Read-only file system : '.*'[.] The run goes on without them, and tries each that is due[.]$"));
            AttackRecords.Add("Checkpoints", "a run of 40 steps with a checkpoint at each, on a disk that is read-only", $"{history.Steps} steps made, {history.Warnings.Count} warning, at the start");
        }
        finally
        {
            _ = Run("umount", folder.FullName);
        }
    }

    [Test, Platform("Linux"), Attack]
    public void A_disk_that_becomes_read_only_costs_checkpoints_and_is_said_once_each_time()
    {
        using TemporaryFolder folder = new();

        if (Run("mount", "-t", "tmpfs", "-o", "size=2m", "tmpfs", folder.FullName) != 0)
        {
            Assert.Ignore("It takes the right to mount a small disk.");
        }

        try
        {
            var remounts = 0;
            TrainingHistory? history = null;
            Spy spy = new()
            {
                StepEnded = (_, step) =>
                {
                    if (step.Step % 10 == 5)
                    {
                        remounts += Run("mount", "-o", step.Step % 20 == 5 ? "remount,ro" : "remount,rw", folder.FullName) == 0 ? 1 : 0;
                    }
                },
            };
            Train(folder, epochs: 20, new Checkpoint(folder.FullName, everySteps: 1), callback: spy, seen: h => history = h);

            Assert.That(remounts, Is.EqualTo(4));
            Assert.That(history!.Warnings.Select(warning => warning[..warning.IndexOf(' ', 11)]), Is.EqualTo(new[] { "After step 5", "From step 15", "After step 25", "From step 35" }));
            Assert.That(Files(folder), Is.EqualTo(new[] { "step-0000000039.pt", "step-0000000040.pt" }));
            AttackRecords.Add("Checkpoints", "a disk that turned read-only twice in 40 steps, with a checkpoint at each", $"{history.Steps} steps made, {history.Warnings.Count} warnings: two that it failed, two that it works again");
        }
        finally
        {
            _ = Run("umount", folder.FullName);
        }
    }

    [Test, Platform("Linux"), Attack]
    public void An_old_checkpoint_that_cannot_be_deleted_is_said_once_and_deleted_later()
    {
        using TemporaryFolder folder = new();
        var first = folder["step-0000000002.pt"];
        var marked = false;
        TrainingHistory? history = null;
        Spy spy = new()
        {
            EpochStarted = run =>
            {
                marked |= run.Epoch == 2 && Run("chattr", "+i", first) == 0;

                if (run.Epoch == 5 && marked)
                {
                    _ = Run("chattr", "-i", first);
                }
            },
        };

        try
        {
            Train(folder, epochs: 5, new Checkpoint(folder.FullName, keepLast: 1), callback: spy, seen: h => history = h);
        }
        finally
        {
            _ = Run("chattr", "-i", first);
        }

        if (!marked)
        {
            Assert.Ignore("It takes the right to mark a file as immutable.");
        }

        Assert.That(history!.Warnings.Single(), Does.Match($"^The checkpoint {first}, which is no longer needed, could not be deleted: .* It is tried again with each new one[.]$"));
        Assert.That(Files(folder), Is.EqualTo(new[] { "step-0000000010.pt" }));
    }

    [Test]
    public void A_folder_that_is_gone_is_made_again()
    {
        using TemporaryFolder folder = new();
        Train(folder, epochs: 2, new Checkpoint(folder["run"]), callback: new AtEpoch(1, () => Directory.Delete(folder["run"], recursive: true)));

        Assert.That(Directory.EnumerateFiles(folder["run"]).Select(Path.GetFileName), Is.EqualTo(new[] { "step-0000000004.pt" }));
    }

    [Test, Platform("Linux"), Attack]
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
            Assert.That(disturbed.Warnings[0], Does.StartWith("After step 5 no checkpoint could be written: ").And.EndsWith(
                " Earlier ones are as they were. Those that are due later are tried, and nothing is said of them until that changes."));
            Assert.That(disturbed.Warnings.Skip(1), Is.EqualTo(new[] { "From step 10 on checkpoints are written again; 6 were not." }), "steps 5 to 9 and the epoch that ends with step 5");
            Assert.That(Files(folder), Is.EqualTo(new[] { "step-0000000014.pt", "step-0000000015.pt" }), "it went on once there was room");
            AttackRecords.Add("Checkpoints", "a disk that was full from step 5 to 9 of 15", $"the run completed; {disturbed.Warnings.Count} warnings: that it failed, and that it works again");
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
