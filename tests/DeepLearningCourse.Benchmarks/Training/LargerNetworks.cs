using DeepLearningCourse.Benchmarks.Comparison;
using DeepLearningCourse.Optimization;
using static TorchSharp.torch;

namespace DeepLearningCourse.Benchmarks.Training;

/// <summary>Networks of which a step is more work than the loop around it.</summary>
internal static class LargerNetworks
{
    private const string TorchSharp = "TorchSharp by hand, batches in memory";

    // So small that the network does not learn the random classes by heart, where its gradients would vanish.
    private const double Lr = 1e-5;

    public static void Run(int rounds, PythonPeer? python, int threads)
    {
        Run("784 → 512 → 256 → 10, ReLU, CrossEntropyLoss, Adam, batch 128", $"{threads} perceptron", () => Networks.Perceptron(784, 512, 256, 10), 128, [784], rounds, python);
        Run("LeNet on 1×28×28, CrossEntropyLoss, Adam, batch 64", $"{threads} lenet", Networks.LeNet, 64, [1, 28, 28], rounds, python);
    }

    private static void Run(
        string title, string request, Func<nn.Module<Tensor, Tensor>[]> layers, int batchSize, long[] shape, int rounds, PythonPeer? python)
    {
        const int batches = 20;
        using var data = TrainingData.Classes(batches, batchSize, shape);
        using var torchSharp = Learner.Create(() => nn.Sequential(layers()), nn.CrossEntropyLoss(), parameters => optim.Adam(parameters, Lr));
        using var inMemory = Ours();
        using var loading = Ours();
        var contest = new Contestants();
        contest.Add(TorchSharp, batches, () => torchSharp.TrainByHand(data.Batches));
        contest.Add("Trainer.Fit, batches in memory", batches, () => inMemory.Fit(data.Batches));
        contest.Add("Trainer.Fit, our DataLoader over InMemoryDataset, shuffled", batches, () => loading.Fit(data.Loader));
        PyTorchModes.Add(contest, python, request);
        contest.Measure(rounds).PrintSteps($"{title}, all threads", TorchSharp);

        Learner Ours() => Learner.Create(() => new Networks.Layers(layers()), nn.CrossEntropyLoss(), parameters => Optimizers.Adam(parameters, Lr));
    }
}
