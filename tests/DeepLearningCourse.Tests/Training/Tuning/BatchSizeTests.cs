using DeepLearningCourse.Data;
using DeepLearningCourse.Models;
using DeepLearningCourse.Optimization;
using DeepLearningCourse.Training;
using DeepLearningCourse.Training.Tuning;
using static TorchSharp.torch;

namespace DeepLearningCourse.Tests.Training.Tuning;

public sealed class BatchSizeTests : NetworkTest
{
    private static readonly TrainerOptions Quiet = new() { ShowProgress = false };

    [Test]
    public void A_device_without_memory_left_says_the_largest_size([Values] bool refine)
    {
        using Line model = new();
        using var optimizer = Optimizers.Adam(model.parameters());
        var before = model.fc.weight.clone();
        Trainer<Tensor> trainer = new(
            model, batch => batch.shape[0] <= 24 ? model.call(batch).square().mean() : throw new InvalidOperationException("CUDA out of memory. Tried to allocate 2.00 GiB."),
            optimizer, Quiet);

        var found = trainer.FindBatchSize(size => [ones(size, 2)], refine: refine);

        Assert.That(found.Largest, Is.EqualTo(refine ? 24 : 16));
        Assert.That(found.MemoryLimit, Is.GreaterThan(Environment.WorkingSet), "what the machine has left");
        Assert.That(found.Trials.Where(trial => trial.BatchSize > 24).Select(trial => trial.Outcome), Is.All.EqualTo(BatchSizeOutcome.OutOfMemory));
        Assert.That(found.Trials.Where(trial => trial.BatchSize <= 24).Select(trial => trial.SamplesPerSecond), Is.All.GreaterThan(0));
        Assert.That(found.Fastest, Is.AnyOf(found.Trials.Select(trial => (object)trial.BatchSize).ToArray()));
        Assert.That(model.fc.weight.equal(before).all().item<bool>(), Is.True);
        Assert.That(optimizer.state_dict().State, Is.Empty);
    }

    [Test]
    public void The_memory_of_the_process_stays_under_its_limit()
    {
        using Wide model = new();
        using var optimizer = Optimizers.SGD(model.parameters());
        Trainer<Tensor> trainer = new(model, batch => model.call(batch).mean(), optimizer, Quiet);
        var limit = Environment.WorkingSet + (550L << 20);

        var found = trainer.FindBatchSize(size => [ones(size, 1)], min: 8, max: 1 << 20, memoryLimit: limit);

        // A sample needs about one and a half megabytes.
        Assert.That(found.Largest, Is.InRange(32, 1024));
        Assert.That(found.Trials[^1].Outcome, Is.EqualTo(BatchSizeOutcome.NotTried));
        Assert.That(found.Trials.Where(trial => trial.Outcome == BatchSizeOutcome.Fits).Select(trial => trial.Memory), Is.All.LessThanOrEqualTo(limit));
    }

    [Test]
    public void Loaders_are_disposed_and_one_that_would_drop_all_batches_ends_the_search()
    {
        using InMemoryDataset data = new(randn(20, 2), randn(20, 1));
        using Line model = new();
        using var criterion = nn.MSELoss();
        using var optimizer = Optimizers.SGD(model.parameters());
        List<DataLoader<(Tensor features, Tensor target)>> loaders = [];
        Trainer trainer = new(model, criterion, optimizer, Quiet with { BatchesPerStep = 2 });

        var found = trainer.FindBatchSize(size =>
        {
            loaders.Add(new(data, batchSize: size, dropLast: true));
            return loaders[^1];
        });

        Assert.That(found.Largest, Is.EqualTo(16));
        Assert.That(found.Trials[^1].Outcome, Is.EqualTo(BatchSizeOutcome.TooFewSamples));
        Assert.That(loaders, Has.Count.EqualTo(5));
        loaders.ForEach(loader => Assert.Throws<ObjectDisposedException>(() => _ = loader.First()));
    }

    [Test]
    public void Mistakes_of_the_data_are_no_lack_of_memory()
    {
        using Line model = new();
        using var criterion = nn.MSELoss();
        using var optimizer = Optimizers.SGD(model.parameters());
        Trainer trainer = new(model, criterion, optimizer, Quiet);

        Assert.That(Assert.Throws<TrainingException>(() => trainer.FindBatchSize(size => [(ones(size, 2), ones(size))]))!.Message, Does.Contain("differ in shape"));
        Assert.That(() => trainer.FindBatchSize(size => [(ones(size, 3), ones(size, 1))]),
            Throws.TypeOf<ForwardException>().With.Message.EqualTo("Layer 'fc' (Linear(in_features=2, out_features=1, bias=True)) got [1, 3] and needs [*, 2]. The shapes so far: input [1, 3]. Give it data of that shape, or build the layer for the data you have."));
        Assert.That(() => trainer.FindBatchSize(_ => throw new ArgumentException("No.")),
            Throws.TypeOf<ArgumentException>().With.Message.EqualTo("No."));
        Assert.That(Assert.Throws<InvalidOperationException>(() => trainer.FindBatchSize(_ => null!))!.Message, Does.StartWith("The function that makes batches gave none"));
        Assert.That(() => trainer.FindBatchSize(_ => [], steps: 0),
            Throws.TypeOf<ArgumentOutOfRangeException>().With.Message.StartsWith("steps ('0') must be greater than or equal to '1'. (Parameter 'steps')"));
        Assert.That(() => trainer.FindBatchSize(_ => [], min: 0),
            Throws.TypeOf<ArgumentOutOfRangeException>().With.Message.StartsWith("min ('0') must be greater than or equal to '1'. (Parameter 'min')"));
    }

    private sealed class Wide : MyNeuralNetwork
    {
        public TorchSharp.Modules.Linear fc { get; } = nn.Linear(1, 65536);

        public override Tensor forward(Tensor x) => fc.call(x).square().sigmoid();
    }
}
