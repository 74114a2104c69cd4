using DeepLearningCourse.Models;
using DeepLearningCourse.Optimization;
using DeepLearningCourse.Training;
using DeepLearningCourse.Training.Callbacks;
using TorchSharp.Modules;
using static TorchSharp.torch;

namespace DeepLearningCourse.Tests.Training.Callbacks;

public sealed class ModelAveragingTests : NetworkTest
{
    [Test]
    public void The_network_ends_with_the_average_and_BatchNorms_statistics_of_it()
    {
        using Normed model = new();
        using Normed byHand = new();
        using var average = WeightAverage.Swa(model);
        var data = Data();

        var history = Fit(model, data, new TrainerOptions { Epochs = 3, Average = average, Callbacks = [new ModelAveraging(data)] });

        byHand.load_state_dict(new Dictionary<string, Tensor>(average.Weights));
        BatchNormStatistics.Refresh(byHand, data);
        Assert.That(model.state_dict().Where(entry => !entry.Value.allclose(byHand.state_dict()[entry.Key], 1e-5, 1e-6)).Select(entry => entry.Key), Is.Empty);
        using var criterion = nn.MSELoss();
        using var optimizer = Optimizers.SGD(byHand.parameters(), 0.1);
        Assert.That(new Trainer(byHand, criterion, optimizer).Evaluate(data).Loss, Is.EqualTo(history.ValidationLosses[^1]).Within(1e-3).Percent, "the last validation was of the same network");
    }

    [Test]
    public void The_average_of_a_part_leaves_the_rest_as_it_is()
    {
        using Normed model = new();
        using var average = WeightAverage.Ema(model.w1, 0.9);

        _ = Fit(model, Data(), new TrainerOptions { Epochs = 2, Average = average, Callbacks = [new ModelAveraging()] });

        Assert.That(model.w1.weight.equal(average.Weights["weight"]).all().item<bool>(), Is.True);
        Assert.That(model.norm.running_mean!.abs().sum().item<float>(), Is.GreaterThan(0));
    }

    [Test]
    public void The_best_averages_of_EarlyStopping_stay()
    {
        EarlyStopping stopping = new(patience: 2);
        using ScriptedRun run = new(3, 2, 4, 4, 4);
        using var average = WeightAverage.Swa(run.Model);

        _ = run.Fit(new TrainerOptions { Epochs = 9, Average = average, Callbacks = [new ModelAveraging(), stopping] });

        Assert.That(run.Values.Weight, Is.EqualTo(-1.5));
    }

    [Test]
    public void A_run_that_failed_keeps_its_own_weights()
    {
        using ScriptedRun run = new(1.0);
        using var average = WeightAverage.Swa(run.Model);
        var throwing = TrainingCallbacks.OnStepEnded((_, step) => throw new InvalidOperationException("thrown by the test"));

        Assert.That(() => run.Fit(new TrainerOptions { Epochs = 3, Average = average, Callbacks = [new ModelAveraging(), throwing] }),
            Throws.InvalidOperationException.With.Message.EqualTo("thrown by the test"));
        Assert.That(run.Values.Weight, Is.EqualTo(-1));
    }

    [Test]
    public void Without_an_average_there_is_nothing_to_give()
    {
        using ScriptedRun run = new(1.0);

        Assert.That(() => run.Fit(new TrainerOptions { Callbacks = [new ModelAveraging()] }), Throws.ArgumentException.With.Message.StartsWith(
            "ModelAveraging gives the network the average of TrainerOptions.Average, which is not set."));
    }

    private static (Tensor, Tensor)[] Data() => [(rand(8, 2), rand(8, 1)), (rand(8, 2) + 1, rand(8, 1))];

    private static TrainingHistory Fit(Normed model, (Tensor, Tensor)[] data, TrainerOptions options)
    {
        using var criterion = nn.MSELoss();
        using var optimizer = Optimizers.SGD(model.parameters(), lr: 0.1);
        return new Trainer(model, criterion, optimizer, options with { ShowProgress = false }).Fit(data, data);
    }

    private sealed class Normed : MyNeuralNetwork
    {
        public Linear w1 { get; } = nn.Linear(2, 3);

        public BatchNorm1d norm { get; } = nn.BatchNorm1d(3);

        public Linear w2 { get; } = nn.Linear(3, 1);

        public override Tensor forward(Tensor x) => w2.call(norm.call(w1.call(x)));
    }
}
