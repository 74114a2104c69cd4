using BenchmarkDotNet.Attributes;
using DeepLearningCourse.Benchmarks.Training;
using static TorchSharp.torch;

namespace DeepLearningCourse.Benchmarks;

/// <summary>A step of the slides' loop (10 → 32 → 64 → 1, batch 32, Adam, one thread): TorchSharp by hand, and through the Trainer.</summary>
[MemoryDiagnoser]
public class LectureStepBenchmark : IDisposable
{
    private const int Batches = 200;
    private const int BatchSize = 32;

    private TrainingData data = null!;
    private Learner learner = null!;

    /// <summary>Makes the data and the network.</summary>
    [GlobalSetup]
    public void Setup()
    {
        set_num_threads(1);
        data = TrainingData.Binary(Batches, BatchSize, 10);
        learner = Learner.Create(() => new Networks.Slides(), nn.BCEWithLogitsLoss(), parameters => optim.Adam(parameters, 3e-4));
    }

    /// <summary>The loop a student would write with TorchSharp alone.</summary>
    [Benchmark(Baseline = true, OperationsPerInvoke = Batches)]
    public double TorchSharpByHand() => learner.TrainByHand(data.Batches);

    /// <summary>The same steps through the Trainer.</summary>
    [Benchmark(OperationsPerInvoke = Batches)]
    public double ThroughTheTrainer() => learner.Fit(data.Batches);

    /// <summary>Gives the network back.</summary>
    [GlobalCleanup]
    public void Dispose()
    {
        learner?.Dispose();
        data?.Dispose();
        GC.SuppressFinalize(this);
    }
}
