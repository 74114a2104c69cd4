using DeepLearningCourse.Optimization;
using DeepLearningCourse.Runtime;
using DeepLearningCourse.Training;
using static TorchSharp.torch;

namespace DeepLearningCourse.Tests.Training;

public sealed class FitAsyncTests : TensorTest
{
    private static readonly TrainerOptions Quiet = new() { Epochs = 3, ShowProgress = false, HandleSignals = false, LogEverySteps = 2 };

    // Tensors of another thread are counted there.
    protected override long LiveTensors => 0;

    [Test, TimeLimit(120)]
    public async Task Training_runs_on_a_thread_of_its_own_and_reports()
    {
        using Network network = new();
        var threads = new List<int>();
        Reports reports = new();
        var caller = Environment.CurrentManagedThreadId;

        var history = await network.Trainer(Quiet with { Callbacks = [new Spy { EpochStarted = _ => threads.Add(Environment.CurrentManagedThreadId) }] })
            .FitAsync(Network.Batches(4), progress: reports);

        Assert.That(history.StopReason, Is.EqualTo(StopReason.Completed));
        Assert.That(threads.Distinct().Single(), Is.Not.EqualTo(caller));
        Assert.That(reports.All.Select(r => (r.Epoch, r.Batch, r.Step, r.Completed is not null)), Is.EqualTo(new[]
        {
            (1, 2, 2L, false), (1, 4, 4, false), (1, 0, 4, true), (2, 2, 6, false), (2, 4, 8, false), (2, 0, 8, true), (3, 2, 10, false), (3, 4, 12, false), (3, 0, 12, true),
        }));
        Assert.That(reports.All[^1].Loss, Is.EqualTo(history.TrainLosses[^1]));
        Assert.That(reports.All[0], Has.Property("Epochs").EqualTo(3).And.Property("BatchesPerEpoch").EqualTo(4));
    }

    [Test, TimeLimit(120)]
    public async Task Stop_from_another_thread_ends_it_with_a_history()
    {
        using Network network = new();
        using ManualResetEventSlim began = new();
        var trainer = network.Trainer(Quiet with { Epochs = int.MaxValue, Callbacks = [new Spy { StepEnded = (_, _) => began.Set() }] });

        var running = trainer.FitAsync(Network.Batches(4));
        began.Wait();
        trainer.Stop();
        var history = await running;

        Assert.That(history.StopReason, Is.EqualTo(StopReason.Stopped));
    }

    [Test, TimeLimit(120)]
    public async Task A_notebooks_interrupt_ends_every_training_that_runs_once()
    {
        using Network network = new();
        using ManualResetEventSlim began = new();
        using ManualResetEventSlim asked = new();
        var trainer = network.Trainer(Quiet with { HandleSignals = true, Epochs = int.MaxValue, Callbacks = [new Spy { StepEnded = (_, _) => { began.Set(); asked.Wait(); } }] });
        Assert.That(Notebook.Interrupt(), Is.False, "nothing runs");

        var running = trainer.FitAsync(Network.Batches(4));
        began.Wait();
        Assert.That((Notebook.Interrupt(), Notebook.Interrupt()), Is.EqualTo((true, false)));
        asked.Set();
        var history = await running;

        Assert.That((history.StopReason, history.Steps), Is.EqualTo((StopReason.Interrupted, 1L)));
        Assert.That(Notebook.Interrupt(), Is.False, "it has ended");
    }

    [Test, TimeLimit(120)]
    public async Task A_token_ends_it_with_a_history()
    {
        using Network network = new();
        using CancellationTokenSource source = new();
        var trainer = network.Trainer(Quiet with { Epochs = int.MaxValue, Callbacks = [new Spy { StepEnded = (_, _) => source.Cancel() }] });

        var history = await trainer.FitAsync(Network.Batches(4), cancellationToken: source.Token);

        Assert.That((history.StopReason, history.Steps), Is.EqualTo((StopReason.Canceled, 1L)));
    }

    [Test, TimeLimit(120)]
    public void Errors_are_the_tasks()
    {
        using Network network = new();

        Assert.That(
            async () => await network.Trainer(Quiet).FitAsync([(ones(2, 3), ones(2, 1))]),
            Throws.InstanceOf<Exception>().With.Message.Contains("2, 3"));
    }

    private sealed class Reports : IProgress<TrainingProgress>
    {
        public List<TrainingProgress> All { get; } = [];

        public void Report(TrainingProgress value) => All.Add(value);
    }

    private sealed class Network : IDisposable
    {
        private readonly TorchSharp.Modules.Linear model = nn.Linear(2, 1);
        private readonly TorchSharp.Modules.MSELoss criterion = nn.MSELoss();
        private readonly Optimizer optimizer;

        public Network() => optimizer = Optimizers.SGD(model.parameters(), lr: 0.01);

        public static (Tensor, Tensor)[] Batches(int count) => [.. Enumerable.Range(0, count).Select(_ => (ones(2, 2), ones(2, 1)))];

        public Trainer Trainer(TrainerOptions options) => new(model, criterion, optimizer, options);

        public void Dispose()
        {
            optimizer.Dispose();
            criterion.Dispose();
            model.Dispose();
        }
    }
}
