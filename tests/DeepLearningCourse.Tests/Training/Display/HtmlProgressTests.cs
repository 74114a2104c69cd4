using System.Xml.Linq;
using DeepLearningCourse.Optimization;
using DeepLearningCourse.Runtime;
using DeepLearningCourse.Training;
using DeepLearningCourse.Training.Display;
using Spectre.Console.Testing;
using static TorchSharp.torch;

namespace DeepLearningCourse.Tests.Training.Display;

[NonParallelizable]
public sealed class HtmlProgressTests : NetworkTest
{
    private readonly List<string> shown = [];
    private readonly List<string> updates = [];

    [SetUp]
    public void Forget()
    {
        shown.Clear();
        updates.Clear();
    }

    [TearDown]
    public void LeaveTheNotebook() => Notebook.Current = null;

    [Test]
    public void A_frame_has_epochs_curve_bar_figures_and_warnings()
    {
        using Line model = new();
        using var optimizer = optim.SGD(model.parameters(), 0.01);
        FakeClock clock = new();
        HtmlProgress progress = new(Sink, clock);
        var history = Runs.History();
        history.ResumedFrom = "runs/<a>.pt";
        var run = Runs.Run(model, optimizer, new TrainerOptions { Epochs = 4 }, history);
        run.Epoch = 3;
        progress.OnFitStarted(run);
        run.Warn("Odd <b>.");
        clock.Pass(TimeSpan.FromSeconds(30));
        run.Batch = 5;
        run.Totals.Add(0.25, 100, 100, isSum: false, null);

        progress.OnStepEnded(run, default);

        var html = XElement.Parse(updates.Single());
        Assert.That(html.Descendants("th").Select(th => th.Value), Is.EqualTo(
            new[] { "epoch", "train loss", "validation loss", "accuracy", "f1 <weighted>, \"all\"", "train kl", "gradient norm", "lr", "time" }));
        Assert.That(html.Value, Does.Contain("Epoch 3/4").And.Contain("62%").And.Contain("batch 5/10").And.Contain("1:30 left").And.Contain("loss 0.2500")
            .And.Contain("Warning: Odd <b>.").And.Contain("Resumed from runs/<a>.pt").And.Contain("elapsed"));
        Assert.That(html.Descendants().Count(element => element.Name.LocalName == "polyline"), Is.EqualTo(2));
        Assert.That(updates[0], Does.Not.Contain("<script").And.Not.Contain("<b>"));
    }

    [Test]
    public void Frames_come_five_times_a_second_at_most_and_the_last_one_always()
    {
        using Line model = new();
        using var optimizer = optim.SGD(model.parameters(), 0.01);
        FakeClock clock = new();
        HtmlProgress progress = new(Sink, clock);
        var history = Runs.History();
        var run = Runs.Run(model, optimizer, new TrainerOptions { Epochs = 4 }, history);
        progress.OnFitStarted(run);

        for (var step = 0; step < 100; step++)
        {
            clock.Pass(TimeSpan.FromMilliseconds(10));
            progress.OnStepEnded(run, default);
        }

        Assert.That((shown.Count, updates.Count), Is.EqualTo((1, 5)));

        progress.OnEpochEnded(run, history.Epochs[^1]);
        Assert.That(updates, Has.Count.EqualTo(5), "too soon");
        history.StopReason = StopReason.Interrupted;
        progress.OnFitEnded(run, history);

        Assert.That(updates, Has.Count.EqualTo(6));
        Assert.That(updates[^1], Does.Contain("Interrupted").And.Not.Contain("elapsed").And.Not.Contain("samples/s"));
    }

    [Test]
    public void A_fit_in_a_notebook_is_shown_below_its_cell()
    {
        Notebook.Current = Sink;

        var history = Fit(new TrainerOptions { Epochs = 3 });

        Assert.That(shown, Has.Count.EqualTo(1));
        var last = XElement.Parse(updates[^1]);
        Assert.That(last.Descendants("tbody").Single().Elements("tr").Count(), Is.EqualTo(3));
        Assert.That(last.Value, Does.Contain("Completed after epoch 3, step 9").And.Contain("100%"));
        Assert.That(XElement.Parse(history.ToHtml()).Descendants().Count(element => element.Name.LocalName == "polyline"), Is.EqualTo(2));
    }

    [Test]
    public void A_console_that_is_given_or_no_progress_goes_before_the_notebook()
    {
        Notebook.Current = Sink;
        using TestConsole console = new();

        Fit(new TrainerOptions { Epochs = 1, Console = console });
        Fit(new TrainerOptions { Epochs = 1, ShowProgress = false });

        Assert.That(shown, Is.Empty);
        Assert.That(console.Output, Does.StartWith("Epoch 1/1"));
    }

    [Test]
    public void A_run_that_fails_leaves_a_last_frame()
    {
        Notebook.Current = Sink;

        Assert.That(() => Fit(new TrainerOptions { Epochs = 3, Callbacks = [new Thrower()] }),
            Throws.InvalidOperationException.With.Message.EqualTo("no more"));

        Assert.That(updates[^1], Does.Contain("Failed after epoch 1, step 3"));
    }

    [Test]
    public void A_sink_that_breaks_or_gives_nothing_ends_no_run()
    {
        var calls = 0;
        Notebook.Current = _ => throw new IOException("gone");
        Assert.That(Fit(new TrainerOptions { Epochs = 2 }).Epochs, Has.Count.EqualTo(2));

        Notebook.Current = _ => _ => throw new IOException("gone");
        Assert.That(Fit(new TrainerOptions { Epochs = 2 }).Epochs, Has.Count.EqualTo(2));

        Notebook.Current = _ =>
        {
            calls++;
            return null!;
        };
        Assert.That(Fit(new TrainerOptions { Epochs = 2 }).Epochs, Has.Count.EqualTo(2));
        Assert.That(calls, Is.EqualTo(1));
    }

    [Test]
    public void A_long_history_stays_small_and_says_what_it_leaves_out()
    {
        TrainingHistory history = new();

        for (var epoch = 1; epoch <= 1000; epoch++)
        {
            history.Add(Runs.Epoch(epoch, epoch == 500 ? double.NaN : 1.0 / epoch, 0.5, 0.01));
        }

        var html = history.ToHtml();

        Assert.That(html, Has.Length.LessThan(30_000));
        Assert.That(XElement.Parse(html).Descendants("td").Select(cell => cell.Value), Does.Contain("… 985 epochs …").And.Contain("1000").And.Contain("5").And.Not.Contain("6"));
        Assert.That(html, Does.Contain("logarithmic"));
        Assert.That(XElement.Parse(html).Descendants().Count(element => element.Name.LocalName == "polyline"), Is.EqualTo(3), "interrupted at NaN");
    }

    [Test]
    public void The_best_epoch_is_named_where_its_row_is_left_out()
    {
        TrainingHistory history = new();

        for (var epoch = 1; epoch <= 30; epoch++)
        {
            history.Add(Runs.Plain(epoch, 1) with { Validation = Runs.Validation(0) with { Loss = Math.Abs(epoch - 12) + 0.5 } });
        }

        Assert.That(history.ToHtml(), Does.Contain("… 15 epochs, among them the smallest validation loss: 0.5000 in epoch 12 …"));
    }

    private Action<string> Sink(string html)
    {
        shown.Add(html);
        return updates.Add;
    }

    private static TrainingHistory Fit(TrainerOptions options)
    {
        using Line model = new();
        using var criterion = nn.MSELoss();
        using var optimizer = Optimizers.SGD(model.parameters(), lr: 0.01);
        (Tensor, Tensor)[] data = [(ones(2, 2), ones(2, 1)), (ones(2, 2), ones(2, 1)), (ones(2, 2), ones(2, 1))];
        return new Trainer(model, criterion, optimizer, options with { HandleSignals = false, CheckFirstBatch = false }).Fit(data, data);
    }

    private sealed class Thrower : ITrainingCallback
    {
        public void OnEpochStarted(TrainingRun run)
        {
            if (run.Epoch == 2)
            {
                throw new InvalidOperationException("no more");
            }
        }
    }
}
