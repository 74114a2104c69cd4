using DeepLearningCourse.Data;
using static TorchSharp.torch;

namespace DeepLearningCourse.Benchmarks.Training;

/// <summary>Random samples: as batches that lie in memory, and through a loader that shuffles them.</summary>
internal sealed class TrainingData : IDisposable
{
    private readonly Tensor X;
    private readonly Tensor y;
    private readonly InMemoryDataset samples;

    private TrainingData(Tensor X, Tensor y, int batchSize)
    {
        (this.X, this.y) = (X, y);
        samples = new InMemoryDataset(X, y);
        Batches = [.. X.split(batchSize).Zip(y.split(batchSize))];
        Loader = new DataLoader<(Tensor features, Tensor target)>(samples, batchSize, shuffle: true, seed: 1);
    }

    public (Tensor features, Tensor target)[] Batches { get; }

    public DataLoader<(Tensor features, Tensor target)> Loader { get; }

    /// <summary>Features and one target of 0 or 1.</summary>
    public static TrainingData Binary(int batches, int batchSize, long features)
    {
        manual_seed(1);
        return new TrainingData(randn(batches * batchSize, features), randint(2, [batches * batchSize, 1], dtype: ScalarType.Float32), batchSize);
    }

    /// <summary>Samples of a shape, in ten classes.</summary>
    public static TrainingData Classes(int batches, int batchSize, params long[] shape)
    {
        manual_seed(1);
        return new TrainingData(randn([batches * batchSize, .. shape]), randint(10, batches * batchSize), batchSize);
    }

    public void Dispose()
    {
        Loader.Dispose();
        samples.Dispose();

        foreach (var (features, target) in Batches)
        {
            features.Dispose();
            target.Dispose();
        }

        X.Dispose();
        y.Dispose();
    }
}
