using BenchmarkDotNet.Attributes;
using DeepLearningCourse.Models;
using DeepLearningCourse.Training;
using TorchSharp.Modules;
using static TorchSharp.torch;

namespace DeepLearningCourse.Benchmarks;

/// <summary>A step of the slides' loop (10 → 32 → 64 → 1, batch 32, Adam, one thread): TorchSharp by hand, and through the Trainer.</summary>
[MemoryDiagnoser]
public class LectureStepBenchmark : IDisposable
{
    private const int Batches = 200;
    private const int BatchSize = 32;

    private (Tensor, Tensor)[] data = [];
    private BinaryClassifier model = null!;
    private BCEWithLogitsLoss criterion = null!;
    private optim.Optimizer optimizer = null!;
    private Trainer trainer = null!;

    /// <summary>Makes the data and the network.</summary>
    [GlobalSetup]
    public void Setup()
    {
        set_num_threads(1);
        manual_seed(0);
        data = [.. Enumerable.Range(0, Batches).Select(_ => (randn(BatchSize, 10), rand(BatchSize, 1).round()))];
        model = new BinaryClassifier();
        criterion = nn.BCEWithLogitsLoss();
        optimizer = optim.Adam(model.parameters(), 3e-4);
        trainer = new Trainer(model, criterion, optimizer, new TrainerOptions { Epochs = 1, ShowProgress = false });
    }

    /// <summary>The loop a student would write with TorchSharp alone.</summary>
    [Benchmark(Baseline = true, OperationsPerInvoke = Batches)]
    public double TorchSharpByHand()
    {
        var total = 0.0;
        model.train();
        foreach (var (X, y) in data)
        {
            using var scope = NewDisposeScope();
            optimizer.zero_grad();
            var preds = model.forward(X);
            var loss = criterion.call(preds, y);
            loss.backward();
            optimizer.step();
            total += loss.item<float>();
        }

        return total / Batches;
    }

    /// <summary>The same steps through the Trainer.</summary>
    [Benchmark(OperationsPerInvoke = Batches)]
    public double ThroughTheTrainer() => trainer.Fit(data).TrainLosses[0];

    /// <summary>Gives the network back.</summary>
    [GlobalCleanup]
    public void Dispose()
    {
        foreach (var (X, y) in data)
        {
            X.Dispose();
            y.Dispose();
        }

        optimizer?.Dispose();
        criterion?.Dispose();
        model?.Dispose();
        GC.SuppressFinalize(this);
    }

    private sealed class BinaryClassifier : MyNeuralNetwork
    {
        private readonly Linear w1 = nn.Linear(10, 32);
        private readonly Linear w2 = nn.Linear(32, 64);
        private readonly Linear w3 = nn.Linear(64, 1);
        private readonly ReLU relu_1 = nn.ReLU();
        private readonly ReLU relu_2 = nn.ReLU();

        public override Tensor forward(Tensor x) => w3.call(relu_2.call(w2.call(relu_1.call(w1.call(x)))));
    }
}
