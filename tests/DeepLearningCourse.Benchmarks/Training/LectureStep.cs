using DeepLearningCourse.Benchmarks.Comparison;
using DeepLearningCourse.Benchmarks.Loading;
using DeepLearningCourse.Data;
using DeepLearningCourse.Optimization;
using static TorchSharp.torch;

namespace DeepLearningCourse.Benchmarks.Training;

/// <summary>The slides' loop: 10 → 32 → 64 → 1, BCEWithLogitsLoss, Adam, batches of 32, one thread.</summary>
internal static class LectureStep
{
    private const int Batches = 100;
    private const int BatchSize = 32;
    private const int Epochs = 10;
    private const double Lr = 3e-4;
    private const string RawTorchSharp = "TorchSharp by hand, batches in memory";
    private const string ByHand = "our Adam by hand, our DataLoader over InMemoryDataset";
    private const string ByTrainer = "Trainer.Fit, the same loader, 1 epoch per Fit";
    private static readonly string ByTrainerLonger = $"Trainer.Fit, the same loader, {Epochs} epochs per Fit";

    public static void Run(int rounds, PythonPeer? python)
    {
        using var data = TrainingData.Binary(Batches, BatchSize, 10);
        var contest = new Contestants();
        using var torchSharp = Theirs();
        using var torchSharpLoading = Theirs();
        using var theirOptimizer = Create(() => new Networks.Slides(), parameters => optim.Adam(parameters, Lr));
        using var byHandInMemory = Ours();
        using var byHand = Ours();
        using var inMemory = Ours();
        using var oneEpoch = Ours();
        using var epochs = Ours();
        using var rows = Ours();
        var (X, y) = Arrays();
        contest.Add(RawTorchSharp, Batches, () => torchSharp.TrainByHand(data.Batches));
        contest.Add("TorchSharp by hand, TorchSharp's DataLoader over the slides' MyDataset", Batches, () => torchSharpLoading.TrainByHand(TorchSharpBatches(X, y)));
        contest.Add("Trainer.Fit with TorchSharp's Adam, batches in memory", Batches, () => theirOptimizer.Fit(data.Batches));
        contest.Add("our Adam by hand, batches in memory", Batches, () => byHandInMemory.TrainByHand(data.Batches));
        contest.Add("Trainer.Fit, batches in memory", Batches, () => inMemory.Fit(data.Batches));
        contest.Add(ByHand, Batches, () => byHand.TrainByHand(data.Loader));
        contest.Add(ByTrainer, Batches, () => oneEpoch.Fit(data.Loader));
        contest.Add(ByTrainerLonger, Batches * Epochs, () => epochs.Fit(data.Loader, Epochs));
        contest.Add("Trainer.Fit, our DataLoader over the slides' MyDataset", Batches, () =>
        {
            using var loader = new DataLoader<(Tensor features, Tensor target)>(new Rows.Tensors(X, y), BatchSize, shuffle: true, seed: 1);
            rows.Fit(loader);
        });
        PyTorchModes.Add(contest, python, "1 slides");

        if (python is not null)
        {
            contest.Add("PyTorch, its DataLoader over the slides' MyDataset", () => python.Seconds("1 slides loader"));
        }

        var result = contest.Measure(rounds);
        result.PrintSteps("The slides' loop: 10 → 32 → 64 → 1, ReLU, BCEWithLogitsLoss, Adam 3e-4, batch 32, one thread", RawTorchSharp);
        PrintTrainersOwn(result, data, torchSharp, byHand, oneEpoch);
        StepPhases.Run(rounds, data, torchSharp, byHand);
    }

    private static void PrintTrainersOwn(Standings result, TrainingData data, Learner torchSharp, Learner byHand, Learner trainer)
    {
        Console.WriteLine($"\nThe Trainer's own, against the same operations by hand: {Difference(ByTrainer)} µs a step with 1 epoch per Fit, {Difference(ByTrainerLonger)} µs with {Epochs}.");
        MarkdownTable.Print("Managed bytes allocated per step", ["", "bytes"],
        [
            [RawTorchSharp, BytesPerStep(Batches, () => torchSharp.TrainByHand(data.Batches))],
            [ByHand, BytesPerStep(Batches, () => byHand.TrainByHand(data.Loader))],
            [ByTrainer, BytesPerStep(Batches, () => trainer.Fit(data.Loader))],
            [ByTrainerLonger, BytesPerStep(Batches * Epochs, () => trainer.Fit(data.Loader, Epochs))],
        ]);

        string Difference(string name) => Standings.Microseconds(result.Difference(name, ByHand));
    }

    private static string BytesPerStep(int steps, Action run)
    {
        run();
        var before = GC.GetAllocatedBytesForCurrentThread();
        run();
        return $"{(GC.GetAllocatedBytesForCurrentThread() - before) / (double)steps:N0}";
    }

    private static Learner Theirs() => Create(() => new Networks.TorchSharps(), parameters => optim.Adam(parameters, Lr));

    private static Learner Ours() => Create(() => new Networks.Slides(), parameters => Optimizers.Adam(parameters, Lr));

    private static Learner Create(
        Func<nn.Module<Tensor, Tensor>> model, Func<IEnumerable<TorchSharp.Modules.Parameter>, optim.Optimizer> optimizer) =>
        Learner.Create(model, nn.BCEWithLogitsLoss(), optimizer);

    private static (float[][] X, float[] y) Arrays()
    {
        var random = new Random(0);
        return ([.. Enumerable.Range(0, Batches * BatchSize).Select(_ => Enumerable.Range(0, 10).Select(_ => random.NextSingle()).ToArray())],
            [.. Enumerable.Range(0, Batches * BatchSize).Select(_ => (float)random.Next(2))]);
    }

    private static IEnumerable<(Tensor features, Tensor target)> TorchSharpBatches(float[][] X, float[] y)
    {
        using var samples = new Rows.TorchSharps(X, y);
        using var loader = new TorchSharp.Modules.DataLoader(samples, BatchSize, shuffle: true);

        foreach (var batch in loader)
        {
            yield return (batch["X"], batch["y"]);

            foreach (var value in batch.Values)
            {
                value.Dispose();
            }
        }
    }
}
