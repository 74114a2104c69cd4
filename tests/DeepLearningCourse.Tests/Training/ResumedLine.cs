using DeepLearningCourse.Checkpoints;
using DeepLearningCourse.Data;
using DeepLearningCourse.Models;
using DeepLearningCourse.Optimization;
using DeepLearningCourse.Tests.Data;
using DeepLearningCourse.Training;
using DeepLearningCourse.Training.Callbacks;
using TorchSharp;
using TorchSharp.Modules;
using static TorchSharp.torch;

namespace DeepLearningCourse.Tests.Training;

/// <summary>A small program that trains, of which each part can be another one when it goes on.</summary>
internal sealed record ResumedLine
{
    private static readonly TrainerOptions Quiet = new() { ShowProgress = false, HandleSignals = false, CheckFirstBatch = false };

    public Func<nn.Module<Tensor, Tensor>> Model { get; init; } = () => new Line();

    public Func<nn.Module, Optimizer> Optimizer { get; init; } = model => Optimizers.Adam(model.parameters(), lr: 0.001);

    public Func<Optimizer, Schedule?> Schedule { get; init; } = _ => null;

    public Func<nn.Module, WeightAverage?> Average { get; init; } = _ => null;

    public Func<Loss<Tensor, Tensor, Tensor>> Criterion { get; init; } = () => nn.MSELoss();

    public Func<InMemoryDataset, IEnumerable<(Tensor features, Tensor target)>> Train { get; init; } = data => Loader(data);

    public Func<InMemoryDataset, IEnumerable<(Tensor features, Tensor target)>?> Validation { get; init; } = _ => null;

    public int Samples { get; init; } = 8;

    public ScalarType Dtype { get; init; } = ScalarType.Float32;

    public Func<TrainerOptions, TrainerOptions> Options { get; init; } = options => options;

    public IReadOnlyList<ITrainingCallback> Callbacks { get; init; } = [];

    public static DataLoader<(Tensor features, Tensor target)> Loader(
        DataSource data, int batchSize = 2, bool shuffle = true, bool dropLast = false, Sampler? sampler = null, long? seed = 1, int numWorkers = 0) =>
        new(data, batchSize, shuffle && sampler is null, sampler, dropLast: dropLast, seed: seed, numWorkers: numWorkers);

    /// <summary>Trains one program up to a step or an epoch's end and goes on with another.</summary>
    /// <param name="second">The other program.</param>
    /// <param name="within">Whether the checkpoint is within an epoch, after 2 of 4 batches, and not after the first one.</param>
    /// <returns>The warnings, or the refusal, with FILE for the path of the checkpoint.</returns>
    public IReadOnlyList<string> Then(ResumedLine second, bool within = false)
    {
        using TemporaryFolder folder = new();
        using (NewDisposeScope())
        {
            _ = Run(folder.FullName, null, within ? new Spy { StepEnded = (run, step) => StopAt(run, step.Step == 2) } : null, epochs: 1);
        }

        using var scope = NewDisposeScope();
        var file = Directory.EnumerateFiles(folder.FullName).Max()!;

        try
        {
            return [.. second.Run(folder.FullName, ResumeFrom.Auto, null, epochs: 2).Warnings.Select(warning => warning.Replace(file, "FILE", StringComparison.Ordinal))];
        }
        catch (CheckpointException exception)
        {
            return [exception.Message.Replace(file, "FILE", StringComparison.Ordinal)];
        }
    }

    private TrainingHistory Run(string folder, ResumeFrom? resume, ITrainingCallback? callback, int epochs)
    {
        using var model = Model();
        using var optimizer = Optimizer(model.to(Dtype));
        using var average = Average(model);
        using var criterion = Criterion();
        using InMemoryDataset data = new(ones(Samples, 2, Dtype), ones(Samples, 1, Dtype));
        var (train, validation) = (Train(data), Validation(data));
        Checkpoint checkpoint = new(folder, everySteps: 1);
        var options = Options(Quiet with
        {
            Epochs = epochs,
            Schedule = Schedule(optimizer),
            Average = average,
            Callbacks = [.. Callbacks, checkpoint, .. callback is null ? Array.Empty<ITrainingCallback>() : [callback]],
        });

        try
        {
            return new Trainer(model, criterion, optimizer, options).Fit(train, validation, resume);
        }
        finally
        {
            (train as IDisposable)?.Dispose();
            (validation as IDisposable)?.Dispose();
        }
    }

    private static void StopAt(TrainingRun run, bool isHere)
    {
        if (isHere)
        {
            run.Stop();
        }
    }

    internal class Line : MyNeuralNetwork
    {
        public Linear w1 { get; } = nn.Linear(2, 2);

        public Linear w2 { get; } = nn.Linear(2, 1);

        public override Tensor forward(Tensor x) => w2.call(w1.call(x));
    }

    internal sealed class OtherLine : Line
    {
        public override Tensor forward(Tensor x) => base.forward(x).relu();
    }

    internal sealed class Dropped(double p) : Line
    {
        public Dropout dropout { get; } = nn.Dropout(p);

        public override Tensor forward(Tensor x) => dropout.call(base.forward(x));
    }
}
