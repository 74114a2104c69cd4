using DeepLearningCourse.Models;
using DeepLearningCourse.Optimization;
using DeepLearningCourse.Training;
using DeepLearningCourse.Training.Callbacks;
using Microsoft.Extensions.Logging;
using static TorchSharp.torch;

namespace DeepLearningCourse.Tests.Training.Display;

public sealed class RunLogTests : NetworkTest
{
    [Test]
    public void A_log_tells_a_run_from_beginning_to_end()
    {
        var folder = Directory.CreateTempSubdirectory();

        try
        {
            ListLogger logger = new();
            Checkpoint checkpoint = new(folder.FullName);
            Train(new TrainerOptions { Epochs = 1, LogEverySteps = 2, Seed = 3, ClipNorm = 1.5, Logger = logger, Callbacks = [checkpoint] });

            Assert.That(logger.Messages.Select(message => (message.Level, message.Text)).Take(4), Is.EqualTo(new[]
            {
                (LogLevel.Information, "Training of Line with 3 parameters on cpu begins: epochs 1, optimizer SGD, batches per epoch 3, seed 3, clip norm 1.5"),
                (LogLevel.Debug, "Step 2: epoch 1, batch 2, loss 1, learning rate 0"),
                (LogLevel.Information, logger.Messages[2].Text),
                (LogLevel.Debug, $"Checkpoint of step 3 saved to {checkpoint.Last}"),
            }));
            Assert.That(logger.Messages[2].Text, Does.Match(@"^Epoch 1/1: loss 1, validation loss 1, learning rate 0, [\d.E-]+ s$"));
            Assert.That(logger.Messages[^1].Text, Does.Match(@"^Training ended \(Completed\) after 1 epochs and 3 steps, [\d.E-]+ s$"));
            Assert.That(logger.Messages[2].Values, Does.ContainKey("Loss").WithValue(1.0).And.ContainKey("Epoch").WithValue(1));

            ListLogger second = new();
            Train(new TrainerOptions { Epochs = 2, LogEverySteps = 100, Seed = 3, ClipNorm = 1.5, Logger = second, Callbacks = [new Checkpoint(folder.FullName)] }, ResumeFrom.Auto);

            Assert.That(second.Messages[1].Text, Does.StartWith("Training goes on in epoch 2 after batch 0, step 3, from "));
            Assert.That(second.Messages.Where(message => message.Level == LogLevel.Information).Select(message => message.Text), Has.Some.StartsWith("Epoch 2/2: "));
        }
        finally
        {
            folder.Delete(recursive: true);
        }
    }

    [Test]
    public void An_exception_that_ends_a_run_is_an_error_in_the_log()
    {
        ListLogger logger = new();
        InvalidOperationException cause = new("no more");

        Assert.That(() => Train(new TrainerOptions { Logger = logger, Callbacks = [new Thrower(cause)] }), Throws.Exception.SameAs(cause));

        Assert.That(logger.Messages[^1], Is.EqualTo((LogLevel.Error, "Training failed in epoch 1, batch 2, step 2", cause)).Using<object, object>(
            (actual, expected) => actual is Message message && expected.Equals((message.Level, message.Text, (InvalidOperationException)message.Exception!))));
        Assert.That(logger.Messages.Select(message => message.Text), Has.None.StartsWith("Training ended"));
    }

    [Test]
    public void What_the_level_leaves_out_is_not_written()
    {
        ListLogger logger = new(LogLevel.Warning);

        Train(new TrainerOptions { LogEverySteps = 1, Logger = logger, Callbacks = [new Warner()] });

        Assert.That(logger.Messages.Select(message => message.Text), Is.EqualTo(new[] { "Look here." }));
    }

    private static void Train(TrainerOptions options, ResumeFrom? resume = null)
    {
        using Line model = new();
        using var criterion = nn.MSELoss();
        using var optimizer = Optimizers.SGD(model.parameters(), lr: 0);
        model.fc.weight.SetData(zeros(1, 2));
        model.fc.bias!.SetData(zeros(1));
        (Tensor, Tensor)[] data = [(ones(2, 2), ones(2, 1)), (ones(2, 2), ones(2, 1)), (ones(2, 2), ones(2, 1))];
        new Trainer(model, criterion, optimizer, options with { ShowProgress = false, HandleSignals = false }).Fit(data, data, resume);
    }

    private sealed class Warner : ITrainingCallback
    {
        public void OnFitStarted(TrainingRun run) => run.Warn("Look here.");
    }

    private sealed class Thrower(Exception exception) : ITrainingCallback
    {
        public void OnStepEnded(TrainingRun run, StepResult result)
        {
            if (result.Step == 2)
            {
                throw exception;
            }
        }
    }

    private sealed record Message(LogLevel Level, string Text, Exception? Exception, Dictionary<string, object?> Values);

    private sealed class ListLogger(LogLevel from = LogLevel.Trace) : ILogger
    {
        public List<Message> Messages { get; } = [];

        public IDisposable? BeginScope<TState>(TState state)
            where TState : notnull => null;

        public bool IsEnabled(LogLevel logLevel) => logLevel >= from;

        public void Log<TState>(LogLevel logLevel, EventId eventId, TState state, Exception? exception, Func<TState, Exception?, string> formatter) =>
            Messages.Add(new Message(
                logLevel, formatter(state, exception), exception, ((IEnumerable<KeyValuePair<string, object?>>)state!).ToDictionary(pair => pair.Key, pair => pair.Value)));
    }
}
