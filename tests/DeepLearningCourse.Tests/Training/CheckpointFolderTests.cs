using DeepLearningCourse.Checkpoints;
using DeepLearningCourse.Metrics;
using DeepLearningCourse.Optimization;
using DeepLearningCourse.Tests.Data;
using DeepLearningCourse.Training;
using DeepLearningCourse.Training.Callbacks;
using static TorchSharp.torch;

namespace DeepLearningCourse.Tests.Training;

/// <summary>Checkpoints of several runs, folders and callbacks.</summary>
public sealed class CheckpointFolderTests : NetworkTest
{
    private static readonly TrainerOptions Quiet = new() { ShowProgress = false, HandleSignals = false };

    [Test]
    public void A_run_that_goes_on_from_another_folder_names_only_files_that_are_there()
    {
        using TemporaryFolder folder = new();
        Fit(2, [new Checkpoint(folder["old"], keepBest: 1)], Target(0));
        Checkpoint checkpoint = new(folder["new"], keepLast: 1, keepBest: 1);
        List<string?> missing = [];

        Fit(4, [checkpoint, new Spy { EpochStarted = _ => missing.AddRange(new[] { checkpoint.Best, checkpoint.Last }.Where(file => file is not null && !File.Exists(file))) }], Target(1000), folder["old"]);

        Assert.That(missing, Is.Empty);
        Assert.That(checkpoint.Best, Is.Not.Null.And.StartsWith(folder["new"]));
        Assert.That(File.Exists(checkpoint.Best));
    }

    [Test]
    public void A_validation_of_an_earlier_run_ranks_no_checkpoint_of_the_next()
    {
        using TemporaryFolder folder = new();
        Checkpoint checkpoint = new(folder.FullName, everySteps: 1, keepLast: 1, keepBest: 1);
        Fit(1, [checkpoint], Target(0), trial: true);

        Fit(1, [checkpoint], Target(1000));

        Assert.That(checkpoint.Best, Is.EqualTo(folder["step-0000000002.pt"]));
    }

    [Test]
    public void The_last_validation_of_a_run_ranks_its_checkpoint()
    {
        using TemporaryFolder folder = new();
        Checkpoint checkpoint = new(folder.FullName, keepLast: 1, keepBest: 1);

        // Each epoch is better than the one before.
        Fit(3, [checkpoint], Target(1000));

        Assert.That(checkpoint.Best, Is.EqualTo(folder["step-0000000006.pt"]));
    }

    [Test]
    public void Later_checkpoints_of_another_run_are_named()
    {
        using TemporaryFolder folder = new();
        Fit(3, [new Checkpoint(folder.FullName)], Target(0));

        var history = Fit(1, [new Checkpoint(folder.FullName)], Target(0));

        Assert.That(history.Warnings, Is.EqualTo(new[]
        {
            $"This run is at step 0, and {folder["step-0000000006.pt"]} is of a later one: until this run is past it, ResumeFrom.Auto takes that file. Give each run a folder of its own.",
        }));
    }

    [Test]
    public void A_run_that_goes_on_from_its_newest_checkpoint_has_no_warning()
    {
        using TemporaryFolder folder = new();
        Fit(1, [new Checkpoint(folder.FullName)], Target(0));

        Assert.That(Fit(3, [new Checkpoint(folder.FullName)], Target(0), ResumeFrom.Auto).Warnings, Is.Empty);
    }

    [Test]
    public void A_newest_checkpoint_that_is_no_file_is_passed_over_in_a_sentence([Values("link", "folder")] string what)
    {
        using TemporaryFolder folder = new();
        Fit(1, [new Checkpoint(folder.FullName)], Target(0));
        var newest = folder["step-0000000009.pt"];
        Place(what, newest);

        var history = Fit(1, [new Checkpoint(folder.FullName)], Target(0), ResumeFrom.Auto);

        Assert.That(history.ResumedFrom, Is.EqualTo(folder["step-0000000002.pt"]));
        Assert.That(history.Warnings[0], Is.EqualTo($"The checkpoint {newest} {Problem(what)} The run goes on from the one before."));
    }

    [Test]
    public void A_checkpoint_that_is_no_file_is_an_error_where_there_is_no_other([Values("link", "folder")] string what, [Values] bool named)
    {
        using TemporaryFolder folder = new();
        var only = folder["step-0000000009.pt"];
        Place(what, only);
        var resume = what == "folder" || !named ? ResumeFrom.Auto : ResumeFrom.At(only);

        var exception = Assert.Throws<CheckpointException>(() => Fit(1, [new Checkpoint(folder.FullName)], Target(0), resume));

        Assert.That(exception!.Message, Is.EqualTo($"The checkpoint {only} {Problem(what)}"));
    }

    private static void Place(string what, string path)
    {
        if (what == "link")
        {
            File.CreateSymbolicLink(path, "/disk/that/is/gone.pt");
        }
        else
        {
            Directory.CreateDirectory(path);
        }
    }

    private static string Problem(string what) =>
        what == "link" ? "is a link to /disk/that/is/gone.pt, and there is no such file." : "is a folder, and a checkpoint is a file.";

    [Test]
    public void Another_metric_that_ranks_checkpoints_looks_for_the_best_anew()
    {
        using TemporaryFolder folder = new();
        MeanAbsoluteError error = new();
        Checkpoint second = new(folder.FullName, keepLast: 1, keepBest: 1, monitor: error);
        Fit(2, [new Checkpoint(folder.FullName, keepLast: 1, keepBest: 1)], Target(0));

        var history = Fit(4, [second], Target(0), ResumeFrom.Auto, metrics: [error]);

        Assert.That(history.Warnings, Is.EqualTo(new[]
        {
            $"Checkpoint ranked the files so far by the validation loss, and now goes by {error.Name}: the best is looked for anew.",
        }));
        Assert.That(second.Best, Is.EqualTo(folder["step-0000000006.pt"]));
    }

    [Test]
    public void Two_checkpoints_of_one_folder_are_refused()
    {
        using TemporaryFolder folder = new();

        Assert.That(
            () => Fit(1, [new Checkpoint(folder["a"]), new Checkpoint(folder["a/"], keepBest: 2)], Target(0)),
            Throws.ArgumentException.With.Message.StartsWith("Two of TrainerOptions.Callbacks write checkpoints into"));
    }

    [Test]
    public void What_cannot_be_watched_or_saved_is_refused_before_the_first_step()
    {
        using TemporaryFolder folder = new();
        R2Score metric = new();
        using var model = nn.Linear(2, 1);
        using var criterion = nn.MSELoss();
        using var foreign = optim.Adam(model.parameters());
        var before = model.weight!.bytes.ToArray();

        Assert.That(
            () => Fit(1, [new Checkpoint(folder.FullName, monitor: metric)], Target(0)),
            Throws.ArgumentException.With.Message.StartsWith($"Checkpoint watches the metric '{metric.Name}', and TrainerOptions.Metrics does not have it."));
        Assert.That(
            () => new Trainer(model, criterion, foreign, Quiet with { Callbacks = [new Checkpoint(folder.FullName)] }).Fit([(ones(1, 2), ones(1, 1))]),
            Throws.TypeOf<NotSupportedException>().With.Message.EqualTo("Adam is TorchSharp's own optimizer, whose state cannot be read. Make it with Optimizers, for instance Optimizers.Adam(model.parameters()), to save and resume a run."));
        Assert.That(model.weight.bytes.ToArray(), Is.EqualTo(before));
    }

    private static (Tensor, Tensor)[] Target(float value) => [(ones(1, 2), full(1, 1, value))];

    private static TrainingHistory Fit(int epochs, IReadOnlyList<ITrainingCallback> callbacks, (Tensor, Tensor)[] validation, ResumeFrom? resume = null, bool trial = false, IReadOnlyList<Metric>? metrics = null)
    {
        using var model = nn.Linear(2, 1);
        using var optimizer = Optimizers.SGD(model.parameters(), lr: 0.01);
        using var criterion = nn.MSELoss();

        // Each step brings the prediction nearer to a large target.
        (Tensor, Tensor)[] train = [(ones(2, 2), full(2, 1, 900f)), (ones(2, 2), full(2, 1, 900f))];
        return new Trainer(model, criterion, optimizer, Quiet with { Epochs = epochs, FastDevRun = trial, CheckFirstBatch = false, Callbacks = callbacks, Metrics = metrics ?? [] }).Fit(train, validation, resume);
    }
}
