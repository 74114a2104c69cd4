using DeepLearningCourse.Data;
using DeepLearningCourse.Optimization;
using DeepLearningCourse.Tests;
using DeepLearningCourse.Tests.Data;
using DeepLearningCourse.Training;
using DeepLearningCourse.Training.Callbacks;
using static TorchSharp.torch;

namespace DeepLearningCourse.TensorBoard.Tests;

public sealed class TensorBoardCallbackTests : NetworkTest
{
    private static readonly TrainerOptions Quiet = new() { Epochs = 2, ShowProgress = false };

    private TemporaryFolder folder = null!;

    [SetUp]
    public void MakeFolder() => folder = new TemporaryFolder();

    [TearDown]
    public void RemoveFolder() => folder.Dispose();

    [Test]
    public void A_run_leaves_its_curves()
    {
        var history = Train(Quiet, new TensorBoardCallback(folder["run"], everySteps: 2));
        var events = EventRecords.OfFolder(folder["run"]);

        // 20 samples in batches of 4: 5 steps an epoch.
        Assert.That(events.Scalars("loss/train"), Is.EqualTo(new[] { (5L, (float)history.TrainLosses[0]), (10L, (float)history.TrainLosses[1]) }));
        Assert.That(events.Scalars("loss/validation").Select(point => point.Value), Is.EqualTo(history.ValidationLosses.Select(loss => (float)loss)));
        Assert.That(events.Scalars("metrics/accuracy").Select(point => point.Value), Is.EqualTo(history.Epochs.Select(epoch => (float)epoch.Validation!.Accuracy!)));
        Assert.That(events.Scalars("loss/batch").Select(point => point.Step), Is.EqualTo(new[] { 2L, 4, 6, 8, 10 }));
        Assert.That(events.Scalars("optimizer/learning_rate").Select(point => point.Value), Is.All.EqualTo(0.1f));
        Assert.That(events.Scalars("optimizer/gradient_norm").Select(point => point.Value).ToList(), Has.Count.EqualTo(5).And.All.GreaterThan(0));
        Assert.That(events.Scalars("speed/samples_per_second").Select(point => point.Value).ToList(), Has.Count.EqualTo(5).And.All.GreaterThan(0));
        Assert.That(events.Scalars("epoch"), Is.EqualTo(new[] { (5L, 1f), (10L, 2f) }));
    }

    [Test]
    public void Histograms_are_of_every_parameter_and_of_its_gradient()
    {
        Train(Quiet with { Epochs = 4 }, new TensorBoardCallback(folder["run"], histogramEpochs: 2));
        var events = EventRecords.OfFolder(folder["run"]);

        Assert.That(events.Values("weights/w1.weight").Select(entry => (entry.Step, entry.Value.Histo.Num)), Is.EqualTo(new[] { (10L, 320.0), (20L, 320.0) }));
        Assert.That(events.Values("gradients/w3.bias").Select(entry => (entry.Step, entry.Value.Histo.Num)), Is.EqualTo(new[] { (6L, 1.0), (16L, 1.0) }));
        Assert.That(events.Tags().Count(tag => tag.StartsWith("weights/", StringComparison.Ordinal)), Is.EqualTo(6));
        Assert.That(events.Tags().Count(tag => tag.StartsWith("gradients/", StringComparison.Ordinal)), Is.EqualTo(6));
    }

    [Test]
    public void The_gradient_norm_is_that_before_clipping()
    {
        var history = Train(Quiet with { Epochs = 1, ClipNorm = 1e-3 }, new TensorBoardCallback(folder["run"], everySteps: 1));
        var norms = EventRecords.OfFolder(folder["run"]).Scalars("optimizer/gradient_norm").Select(point => point.Value);

        Assert.That(norms.Average(), Is.EqualTo(history.Epochs[0].GradientNorm!.Value).Within(1e-3).Percent);
    }

    [Test]
    public void The_network_and_the_hyper_parameters_are_written_once()
    {
        Train(Quiet, new TensorBoardCallback(
            folder["run"], histogramEpochs: null, hyperParameters: new Dictionary<string, object> { ["hidden"] = 32, ["epochs"] = 2.5 },
            atEpochEnd: (run, writer) => writer.AddImage("weights", run.Model.named_parameters().First().parameter, run.Step)));
        var events = EventRecords.OfFolder(folder["run"]);
        var session = new ProtoFields(events.Values("_hparams_/session_start_info").Single().Value.Metadata.PluginData.Content.ToByteArray()).Message(3);
        var values = session.Messages(1).ToDictionary(entry => entry.Text(1), entry => entry.Message(2));

        Assert.That(events.Values("network/text_summary").Single().Value.Tensor.StringVal.Single().ToStringUtf8(), Does.Contain("\n      (w1): Linear("));
        Assert.That(values["hidden"].Double(2), Is.EqualTo(32));
        Assert.That(values["epochs"].Double(2), Is.EqualTo(2.5), "what was given comes before what the options say");
        Assert.That(values["learning_rate"].Double(2), Is.EqualTo(0.1));
        Assert.That(values["optimizer"].Text(3), Is.EqualTo("SGD"));
        Assert.That(events.Values("_hparams_/session_end_info").Count(), Is.EqualTo(1));
        Assert.That(events.Values("weights").Select(entry => entry.Step), Is.EqualTo(new[] { 5L, 10 }));
        Assert.That(events.Tags().Where(tag => tag.StartsWith("gradients/", StringComparison.Ordinal)), Is.Empty);
    }

    [Test]
    public void A_resumed_run_goes_on_in_a_new_file_and_its_steps_go_on()
    {
        Train(Quiet with { Epochs = 2 }, new Checkpoint(folder["checkpoints"]), new TensorBoardCallback(folder["run"], everySteps: 1));
        File.Delete(Directory.GetFiles(folder["checkpoints"]).Order(StringComparer.Ordinal).Last());
        Train(Quiet with { Epochs = 3 }, ResumeFrom.Auto, new Checkpoint(folder["checkpoints"]), new TensorBoardCallback(folder["run"], everySteps: 1));

        var files = Directory.GetFiles(folder["run"]).Order(StringComparer.Ordinal).Select(EventRecords.OfFile).ToList();
        Assert.That(files, Has.Count.EqualTo(2));
        Assert.That(files[0].Where(one => one.SessionLog is not null), Is.Empty);
        Assert.That(files[1].Single(one => one.SessionLog is not null).Step, Is.EqualTo(6), "what the first file has from step 6 on is forgotten");
        Assert.That(files[1].Scalars("loss/batch").Select(point => point.Step), Is.EqualTo(Enumerable.Range(6, 10).Select(step => (long)step)));
        Assert.That(files[1].Scalars("loss/batch").Take(5), Is.EqualTo(files[0].Scalars("loss/batch").Skip(5)), "the same run");
    }

    [Test]
    public void A_run_that_begins_anew_takes_the_place_of_the_one_before()
    {
        Train(Quiet, new TensorBoardCallback(folder["run"]));
        Train(Quiet, new TensorBoardCallback(folder["run"]));

        Assert.That(EventRecords.OfFolder(folder["run"]).Single(one => one.SessionLog is not null).Step, Is.Zero);
    }

    [Test]
    public void A_stopped_run_may_go_on_and_is_not_said_to_be_over()
    {
        Train(Quiet, new StopAt(3), new TensorBoardCallback(folder["run"]));

        Assert.That(EventRecords.OfFolder(folder["run"]).Tags(), Does.Not.Contain("_hparams_/session_end_info"));
    }

    [Test]
    public void A_disk_that_is_full_costs_the_curves_and_not_the_run()
    {
        List<FullFile> files = [];
        TensorBoardCallback callback = new(folder["run"], everySteps: 1)
        {
            CreateFile = (path, _) =>
            {
                Directory.CreateDirectory(path);
                files.Add(new FullFile(Path.Combine(path, "events.out.tfevents.1"), 9000));
                return files[^1];
            },
        };

        var history = Train(Quiet with { Epochs = 20 }, callback);

        Assert.That(history.Epochs, Has.Count.EqualTo(20));
        Assert.That(history.Warnings, Has.Exactly(1).Matches("TensorBoard could not be written: No space left"));
        Assert.That(files.Single().IsClosed, Is.True);
    }

    [Test]
    public void A_folder_that_cannot_be_made_costs_the_curves_and_not_the_run()
    {
        File.WriteAllText(folder["file"], "");

        var history = Train(Quiet, new TensorBoardCallback(folder["file"]));

        Assert.That(history.Epochs, Has.Count.EqualTo(2));
        Assert.That(history.Warnings, Has.Exactly(1).Contain("TensorBoard"));
    }

    [Test]
    public void A_writer_that_was_closed_costs_the_curves_and_not_the_run()
    {
        var history = Train(Quiet, new TensorBoardCallback(folder["run"], atEpochEnd: (_, writer) => writer.Dispose()));

        Assert.That(history.Epochs, Has.Count.EqualTo(2));
        Assert.That(history.Warnings, Has.Exactly(1).Contain("TensorBoard"));
    }

    [Test]
    public void A_run_that_fails_leaves_its_file_whole_and_closed()
    {
        var callback = new TensorBoardCallback(folder["run"], everySteps: 1, atEpochEnd: (_, _) => throw new InvalidOperationException("mine"));

        Assert.That(() => Train(Quiet, callback), Throws.InvalidOperationException.With.Message.EqualTo("mine"));
        var path = Directory.GetFiles(folder["run"]).Single();
        Assert.That(EventRecords.OfFile(path).Scalars("loss/batch").Count(), Is.EqualTo(5));
        Assert.That(() => new FileStream(path, FileMode.Open, FileAccess.ReadWrite, FileShare.None).Dispose(), Throws.Nothing);
    }

    [Test]
    public void A_trial_run_writes_nothing()
    {
        Train(Quiet with { FastDevRun = true }, new TensorBoardCallback(folder["run"]));

        Assert.That(Directory.Exists(folder["run"]), Is.False);
    }

    [Test]
    public void Looking_at_a_run_does_not_change_it()
    {
        var alone = Train(Quiet);
        var watched = Train(Quiet, new TensorBoardCallback(folder["run"], everySteps: 1));

        Assert.That(watched.TrainLosses, Is.EqualTo(alone.TrainLosses));
    }

    [Test]
    public void Wrong_arguments_are_refused_at_once()
    {
        Assert.That(() => new TensorBoardCallback(""),
            Throws.ArgumentException.With.Message.EqualTo("The value cannot be an empty string. (Parameter 'folder')"));
        Assert.That(() => new TensorBoardCallback("run", everySteps: 0),
            Throws.TypeOf<ArgumentOutOfRangeException>().With.Message.StartsWith("everySteps ('0') must be greater than or equal to '1'. (Parameter 'everySteps')"));
        Assert.That(() => new TensorBoardCallback("run", histogramEpochs: 0),
            Throws.TypeOf<ArgumentOutOfRangeException>().With.Message.StartsWith("histogramEpochs ('0') must be greater than or equal to '1'. (Parameter 'histogramEpochs')"));
        Assert.That(() => new TensorBoardCallback("run", hyperParameters: new Dictionary<string, object> { ["x"] = new object() }),
            Throws.ArgumentException.With.Message.EqualTo("The hyper-parameter 'x' is of type Object: give a number, a truth value or a text. (Parameter 'value')"));
    }

    private static TrainingHistory Train(TrainerOptions options, params ITrainingCallback[] callbacks) => Train(options, null, callbacks);

    private static TrainingHistory Train(TrainerOptions options, ResumeFrom? resume, params ITrainingCallback[] callbacks)
    {
        manual_seed(1);
        using BinaryClassifier model = new();
        using var criterion = nn.BCEWithLogitsLoss();
        using var optimizer = Optimizers.SGD(model.parameters(), 0.1);
        using var X = rand(20, 10);
        using var y = rand(20, 1).round();
        using InMemoryDataset samples = new(X, y);
        using DataLoader<(Tensor features, Tensor target)> train = new(samples, batchSize: 4, shuffle: true, seed: 3);
        using DataLoader<(Tensor features, Tensor target)> validation = new(samples, batchSize: 10);
        return new Trainer(model, criterion, optimizer, options with { Callbacks = callbacks }).Fit(train, validation, resume: resume);
    }

    private sealed class StopAt(long step) : ITrainingCallback
    {
        public void OnStepEnded(TrainingRun run, StepResult result)
        {
            if (run.Step == step)
            {
                run.Stop();
            }
        }
    }

    /// <summary>A file on a disk with little room.</summary>
    private sealed class FullFile(string path, long room) : FileStream(path, FileMode.Create)
    {
        public bool IsClosed { get; private set; }

        public override void Write(ReadOnlySpan<byte> buffer)
        {
            if (Position + buffer.Length > room)
            {
                throw new IOException("No space left on device");
            }

            base.Write(buffer);
        }

        protected override void Dispose(bool disposing)
        {
            IsClosed = true;
            base.Dispose(disposing);
        }
    }
}
