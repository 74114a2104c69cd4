using DeepLearningCourse.Checkpoints;
using DeepLearningCourse.Data;
using DeepLearningCourse.Models;
using DeepLearningCourse.Optimization;
using DeepLearningCourse.Tests.Data;
using DeepLearningCourse.Training;
using DeepLearningCourse.Training.Callbacks;
using TorchSharp.Modules;
using static TorchSharp.torch;

namespace DeepLearningCourse.Tests.Training;

/// <summary>A small program that trains, of which each part can be another one when it goes on.</summary>
internal sealed record ResumedLine
{
    public Func<nn.Module<Tensor, Tensor>> Model { get; init; } = () => new Line();

    public Func<nn.Module, Optimizer> Optimizer { get; init; } = model => Optimizers.Adam(model.parameters(), lr: 0.001);

    public Func<Optimizer, Schedule?> Schedule { get; init; } = _ => null;

    public Func<nn.Module, WeightAverage?> Average { get; init; } = _ => null;

    public Func<nn.Module<Tensor, Tensor, Tensor>> Criterion { get; init; } = () => nn.MSELoss();

    /// <summary>Of 8 samples [8, 2].</summary>
    public Func<InMemoryDataset<Tensor, Tensor>, IEnumerable<(Tensor features, Tensor target)>> Train { get; init; } = data => Loader(data);

    public Func<InMemoryDataset<Tensor, Tensor>, IEnumerable<(Tensor features, Tensor target)>?> Validation { get; init; } = _ => null;

    public int Samples { get; init; } = 8;

    public TrainerOptions Options { get; init; } = new();

    public static DataLoader<(Tensor features, Tensor target)> Loader(
        DataSource data, int batchSize = 2, bool shuffle = true, bool dropLast = false, Sampler? sampler = null, long? seed = 1, int numWorkers = 0) =>
        new(data, batchSize, shuffle && sampler is null, sampler, dropLast: dropLast, seed: seed, numWorkers: numWorkers);
}
