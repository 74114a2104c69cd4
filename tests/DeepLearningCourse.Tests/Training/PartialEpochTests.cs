using System.Text.Json;
using DeepLearningCourse.Optimization;
using DeepLearningCourse.Tests.Data;
using DeepLearningCourse.Training;
using DeepLearningCourse.Training.Callbacks;
using static TorchSharp.torch;

namespace DeepLearningCourse.Tests.Training;

/// <summary>What a history has of an epoch that its run ended in.</summary>
public sealed class PartialEpochTests : NetworkTest
{
    private static readonly TrainerOptions Quiet = new() { Epochs = 3, ShowProgress = false, HandleSignals = false, CheckFirstBatch = false };

    [Test]
    public void A_run_that_ends_in_its_first_epoch_has_the_losses_up_to_there()
    {
        List<double> losses = [];
        var history = Fit(Quiet with { MaxSteps = 2, ClipNorm = 100, Callbacks = [new Spy { StepEnded = (_, step) => losses.Add(step.Loss) }] });
        var epoch = history.Epochs.Single();

        Assert.That((epoch.Epoch, epoch.IsPartial, epoch.Steps, epoch.Samples, epoch.Validation), Is.EqualTo((1, true, 2L, 2L, (Evaluation?)null)));
        Assert.That(history.TrainLosses, Is.EqualTo(new[] { losses.Average() }).Within(1e-12));
        Assert.That(epoch.LearningRates, Is.EqualTo(new[] { 0.1 }));
        Assert.That(epoch.GradientNorm, Is.GreaterThan(0));
        Assert.That(epoch.Duration, Is.GreaterThan(TimeSpan.Zero));
        Assert.That(history.ValidationLosses, Is.Empty);
        Assert.That(history.Profile().Parts.Select(part => part.Share).Sum(), Is.EqualTo(1).Within(1e-9));
    }

    [Test]
    public void Its_profile_table_CSV_JSON_and_HTML_say_that_it_is_partial()
    {
        var history = Fit(Quiet with { MaxSteps = 5 });

        Assert.That(history.Epochs.Select(epoch => epoch.IsPartial), Is.EqualTo(new[] { false, true }));
        Assert.That(history.ToString().Split('\n')[^1], Does.Contain("2 (partial)"));
        Assert.That(history.ToHtml(), Does.Contain("2 (partial)"));
        Assert.That(history.ToCsv().Split('\n').Take(3).Select(line => line.Split(',')[^1]), Is.EqualTo(new[] { "partial", "0", "1" }));
        using var json = JsonDocument.Parse(history.ToJson());
        Assert.That(json.RootElement.GetProperty("epochs").EnumerateArray().Select(epoch => epoch.GetProperty("partial").GetBoolean()), Is.EqualTo(new[] { false, true }));
        Assert.That(history.Profile().Steps, Is.EqualTo(5));
    }

    [Test]
    public void A_run_without_a_step_has_no_epoch_and_a_profile_of_zeros()
    {
        var history = Fit(Quiet with { Callbacks = [new Spy { EpochStarted = run => run.Stop() }] });

        Assert.That(history.Epochs, Is.Empty);
        Assert.That(history.Profile().Parts.Select(part => part.Share), Is.All.Zero);
        Assert.That(history.Profile().ToString(), Does.Not.Contain("NaN"));
    }

    [Test]
    public void Whoever_ends_it_the_epoch_is_there([Values("stop", "token", "time", "error", "callback")] string who)
    {
        using CancellationTokenSource source = new();
        Spy spy = new()
        {
            StepEnded = (run, step) =>
            {
                if (step.Step == 2)
                {
                    End(run);
                }
            },
        };
        var options = Quiet with { Callbacks = [spy], MaxTime = who == "time" ? TimeSpan.FromMilliseconds(1) : null };
        TrainingHistory? history = null;

        try
        {
            history = Fit(options, seen: run => history = run.History, token: source.Token);
        }
        catch (InvalidDataException)
        {
            Assert.That(who, Is.EqualTo("callback"));
        }
        catch (TrainingException exception)
        {
            history = exception.History;
        }

        Assert.That(history!.Epochs[^1].IsPartial);
        Assert.That(history.Epochs[^1].Steps, Is.InRange(1, 2));

        void End(TrainingRun run)
        {
            switch (who)
            {
                case "stop":
                    run.Stop();
                    break;
                case "token":
                    source.Cancel();
                    break;
                case "time":
                    Thread.Sleep(5);
                    break;
                case "error":
                    throw new TrainingException("no more", 1, 2, run.History);
                default:
                    throw new InvalidDataException("no more");
            }
        }
    }

    [Test]
    public void A_callback_that_fails_after_an_epoch_makes_it_no_second_time()
    {
        TrainingHistory? history = null;

        Assert.That(
            () => Fit(Quiet with { Callbacks = [TrainingCallbacks.OnEpochEnded((run, _) => throw new InvalidDataException((history = run.History).ToString()))] }),
            Throws.TypeOf<InvalidDataException>());
        Assert.That(history!.Epochs.Select(epoch => (epoch.Epoch, epoch.IsPartial)), Is.EqualTo(new[] { (1, false) }));
    }

    [Test]
    public void A_run_that_goes_on_completes_it_and_has_it_once()
    {
        using TemporaryFolder folder = new();
        var whole = Fit(Quiet);
        Spy spy = new();

        var first = Fit(Quiet with { MaxSteps = 4, Callbacks = [new Checkpoint(folder.FullName)] });
        var stillThere = Fit(Quiet with { MaxSteps = 4, Callbacks = [new Checkpoint(folder.FullName)] }, ResumeFrom.Auto);
        var second = Fit(Quiet with { Callbacks = [new Checkpoint(folder.FullName), spy] }, ResumeFrom.Auto);

        Assert.That(first.Epochs.Select(epoch => (epoch.Epoch, epoch.IsPartial)), Is.EqualTo(new[] { (1, false), (2, true) }));
        Assert.That(stillThere.TrainLosses, Is.EqualTo(first.TrainLosses), "at its limit already");
        Assert.That(second.Epochs.Select(epoch => (epoch.Epoch, epoch.IsPartial, epoch.Steps)), Is.EqualTo(new[] { (1, false, 3L), (2, false, 3L), (3, false, 3L) }));
        Assert.That(second.TrainLosses, Is.EqualTo(whole.TrainLosses));
        Assert.That(spy.Log.Where(line => line.EndsWith("ended", StringComparison.Ordinal)), Is.EqualTo(new[] { "Spy epoch 2 ended", "Spy epoch 3 ended" }));
    }

    [Test]
    public void Callbacks_that_count_epochs_take_no_note_of_it()
    {
        EarlyStopping stopping = new(patience: 1);
        Spy spy = new();

        Fit(Quiet with { MaxSteps = 2, Callbacks = [stopping, spy] });

        Assert.That(stopping.BestEpoch, Is.Null);
        Assert.That(spy.Log, Has.None.Contain("epoch 1 ended"));
    }

    private static TrainingHistory Fit(TrainerOptions options, ResumeFrom? resume = null, Action<TrainingRun>? seen = null, CancellationToken token = default)
    {
        _ = manual_seed(2);
        using var model = nn.Linear(2, 1);
        using var optimizer = Optimizers.SGD(model.parameters(), lr: 0.1);
        using var criterion = nn.MSELoss();
        List<ITrainingCallback> callbacks = [.. options.Callbacks];

        if (seen is not null)
        {
            callbacks.Add(new Spy { EpochStarted = seen });
        }

        // Three steps an epoch.
        return new Trainer(model, criterion, optimizer, options with { Callbacks = callbacks })
            .Fit([(ones(1, 2), full(1, 1, 3f)), (ones(1, 2), full(1, 1, 4f)), (ones(1, 2), full(1, 1, 5f))], [(ones(1, 2), ones(1, 1))], resume, token);
    }
}
