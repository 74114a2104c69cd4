using DeepLearningCourse.Data;
using DeepLearningCourse.Models;
using DeepLearningCourse.Optimization;
using DeepLearningCourse.Training;
using TorchSharp.Modules;
using static TorchSharp.torch;

namespace DeepLearningCourse.Plots.Tests;

/// <summary>Training runs to draw.</summary>
internal static class Runs
{
    /// <summary>A network that learns digits too well.</summary>
    public static TrainingHistory Digits(int epochs, TrainerOptions? options = null, ITrainingCallback? callback = null)
    {
        manual_seed(0);
        using var digits = Datasets.Digits();
        var (most, test) = Splits.Stratified(digits.y, testFraction: 0.4, seed: 0);
        long[] train = [.. most.Take(200)];
        using var X = (digits.X / 16).flatten(1);
        using InMemoryDataset trainData = new(X.TakeRows(train), digits.y.TakeRows(train));
        using InMemoryDataset testData = new(X.TakeRows(test), digits.y.TakeRows(test));
        using DataLoader<(Tensor features, Tensor target)> trainLoader = new(trainData, batchSize: 20, shuffle: true, seed: 0);
        using DataLoader<(Tensor features, Tensor target)> testLoader = new(testData, batchSize: 200);
        using Perceptron model = new();
        using var criterion = nn.CrossEntropyLoss();
        using var optimizer = Optimizers.Adam(model.parameters(), lr: 5e-3);
        var chosen = (options ?? new TrainerOptions()) with
        {
            Epochs = epochs,
            ShowProgress = false,
            HandleSignals = false,
            Schedule = Schedules.CosineAnnealingLR(optimizer, tMax: epochs),
            Callbacks = callback is null ? [] : [callback],
        };
        return new Trainer(model, criterion, optimizer, chosen).Fit(trainLoader, testLoader);
    }

    private sealed class Perceptron : MyNeuralNetwork
    {
        public Linear w1 { get; } = nn.Linear(64, 64);

        public Linear w2 { get; } = nn.Linear(64, 10);

        public override Tensor forward(Tensor x) => w2.call(nn.functional.relu(w1.call(x)));
    }
}
