using DeepLearningCourse.Models;
using DeepLearningCourse.Training;
using TorchSharp.Modules;
using static TorchSharp.torch;

namespace DeepLearningCourse.Tests.Training;

public sealed class TrainerTests : NetworkTest
{
    private static readonly TrainerOptions Quiet = new() { Epochs = 3, ShowProgress = false };

    [Test]
    public void The_loss_of_an_epoch_weights_each_batch_by_its_size()
    {
        using var model = new Line();
        model.fc.weight.SetData(zeros(1, 2));
        model.fc.bias!.SetData(zeros(1));
        using var optimizer = optim.SGD(model.parameters(), 0);
        using var mean = nn.MSELoss();
        using var sum = nn.MSELoss(nn.Reduction.Sum);
        (Tensor, Tensor)[] batches = [(ones(3, 2), ones(3, 1)), (ones(1, 2), full(1, 1, 3.0))];

        var history = new Trainer(model, mean, optimizer, Quiet).Fit(batches);
        var summed = new Trainer(model, sum, optimizer, Quiet).Fit(batches);

        // (1 + 1 + 1 + 9) / 4, not (1 + 9) / 2.
        Assert.That(history.TrainLosses, Is.EqualTo(new[] { 3.0, 3.0, 3.0 }));
        Assert.That(summed.TrainLosses, Is.EqualTo(history.TrainLosses));
        Assert.That(history.StopReason, Is.EqualTo(StopReason.Completed));
        Assert.That(history.ValidationLosses, Is.Empty);
    }

    [Test]
    public void One_step_is_the_slides_five_lines()
    {
        using var byTrainer = new BinaryClassifier();
        using var byHand = new BinaryClassifier();
        byHand.load_state_dict(byTrainer.state_dict());
        using var criterion = nn.BCEWithLogitsLoss();
        using var trainerOptimizer = optim.Adam(byTrainer.parameters(), 3e-4);
        using var handOptimizer = optim.Adam(byHand.parameters(), 3e-4);
        var X = rand(32, 10);
        var y = rand(32, 1).round();

        new Trainer(byTrainer, criterion, trainerOptimizer, Quiet).Fit([(X, y)]);
        for (var e = 0; e < 3; e++)
        {
            byHand.train();
            handOptimizer.zero_grad();
            var preds = byHand.call(X);
            var loss = criterion.call(preds, y);
            loss.backward();
            handOptimizer.step();
        }

        Assert.That(byTrainer.parameters().Zip(byHand.parameters()).All(p => p.First.equal(p.Second).all().item<bool>()), Is.True);
    }

    [Test]
    public void Training_trains_and_validation_evaluates_and_modes_come_back()
    {
        using var model = new ModeRecorder();
        model.frozen.eval();
        using var criterion = nn.MSELoss();
        using var optimizer = optim.SGD(model.parameters(), 0.1);
        var trainer = new Trainer(model, criterion, optimizer, Quiet with { Epochs = 1 });
        (Tensor, Tensor)[] data = [(ones(2, 2), ones(2, 1))];

        model.eval();
        var history = trainer.Fit(data, data);
        model.frozen.eval();
        trainer.Evaluate(data);

        Assert.That(model.Seen, Is.EqualTo(new[] { (true, true), (false, false), (false, false) }), "(training, gradients)");
        Assert.That(model.training, Is.True);
        Assert.That(model.frozen.training, Is.False, "a layer frozen in evaluation mode stays so");
        Assert.That(history.Epochs[0].Validation!.Samples, Is.EqualTo(2));
    }

    [Test]
    public void Evaluation_counts_binary_answers_and_classes()
    {
        using var binary = new Line();
        binary.fc.weight.SetData(tensor(new[,] { { 1f, 0f } }));
        binary.fc.bias!.SetData(zeros(1));
        using var bce = nn.BCEWithLogitsLoss();
        using var optimizer = optim.SGD(binary.parameters(), 0.1);
        var X = tensor(new[,] { { 1f, 0f }, { 2f, 0f }, { -1f, 0f }, { -3f, 0f } });
        var y = tensor(new[,] { { 1f }, { 0f }, { 0f }, { 0f } });

        var result = new Trainer(binary, bce, optimizer, Quiet).Evaluate([(X, y)]);

        Assert.That(result.Accuracy, Is.EqualTo(0.75));
        Assert.That(result.ConfusionMatrix![0, 1], Is.EqualTo(1));
        Assert.That(result.ConfusionMatrix[0, 0], Is.EqualTo(2));
        Assert.That(result.ConfusionMatrix[1, 1], Is.EqualTo(1));
        Assert.That(result.Samples, Is.EqualTo(4));

        using var classes = nn.Sequential(nn.Linear(2, 3));
        using var crossEntropy = nn.CrossEntropyLoss();
        using var classOptimizer = optim.SGD(classes.parameters(), 0.1);
        var several = new Trainer(classes, crossEntropy, classOptimizer, Quiet).Evaluate([(X, zeros(4, dtype: ScalarType.Int64))]);
        Assert.That(several.ConfusionMatrix!.Classes, Is.EqualTo(3));

        using var mse = nn.MSELoss();
        Assert.That(new Trainer(binary, mse, optimizer, Quiet).Evaluate([(X, y)]).Accuracy, Is.Null);
    }

    [Test]
    public void Ignored_targets_class_probabilities_and_soft_answers_are_evaluated_too()
    {
        using var classes = nn.Sequential(nn.Linear(2, 3));
        using var crossEntropy = nn.CrossEntropyLoss();
        using var optimizer = optim.SGD(classes.parameters(), 0.1);
        var trainer = new Trainer(classes, crossEntropy, optimizer, Quiet);
        var X = ones(3, 2);
        var predicted = classes.call(X).argmax(1);

        var ignored = predicted.clone();
        ignored[1] = -100;
        trainer.Fit([(X, ignored)]);
        var some = trainer.Evaluate([(X, ignored)]);
        var soft = trainer.Evaluate([(X, full(3, 3, 1 / 3.0))]);

        Assert.That(some.ConfusionMatrix!.Total, Is.EqualTo(2));
        Assert.That(soft.ConfusionMatrix!.Total, Is.EqualTo(3));

        using var binary = new Line();
        using var bce = nn.BCEWithLogitsLoss();
        using var binaryOptimizer = optim.SGD(binary.parameters(), 0.1);
        var answers = new Trainer(binary, bce, binaryOptimizer, Quiet).Evaluate([(X, full(3, 1, 0.3))]);
        Assert.That(answers.ConfusionMatrix, Is.Null);
        Assert.That(double.IsFinite(answers.Loss), Is.True);
    }

    [Test]
    public void Cancelling_ends_at_the_next_batch_with_the_epochs_done_so_far()
    {
        using var model = new Line();
        using var criterion = nn.MSELoss();
        using var optimizer = optim.SGD(model.parameters(), 0.1);
        using CancellationTokenSource source = new();
        var X = ones(1, 2);
        var y = ones(1, 1);
        var served = 0;

        IEnumerable<(Tensor, Tensor)> Batches()
        {
            for (var i = 0; i < 4; i++)
            {
                if (++served == 6)
                {
                    source.Cancel();
                }

                yield return (X, y);
            }
        }

        var history = new Trainer(model, criterion, optimizer, Quiet).Fit(Batches(), cancellationToken: source.Token);

        Assert.That(history.StopReason, Is.EqualTo(StopReason.Canceled));
        Assert.That(history.Epochs.Select(epoch => (epoch.Steps, epoch.IsPartial)), Is.EqualTo(new[] { (4L, false), (2, true) }));
        Assert.That(served, Is.EqualTo(6));
    }

    [Test]
    public void Two_thousand_steps_keep_memory_and_live_tensors_flat()
    {
        using var model = new BinaryClassifier();
        using var criterion = nn.BCEWithLogitsLoss();
        using var optimizer = optim.Adam(model.parameters(), 3e-4);
        var X = rand(4096, 10);
        var y = rand(4096, 1).round();
        (Tensor, Tensor)[] batches = [.. X.split(512).Zip(y.split(512))];
        var warm = new Trainer(model, criterion, optimizer, Quiet with { Epochs = 25 });
        warm.Fit(batches, batches);
        var tensors = LiveTensors;
        var memory = NativeMemory();

        new Trainer(model, criterion, optimizer, Quiet with { Epochs = 250 }).Fit(batches, batches);

        Assert.That(LiveTensors, Is.EqualTo(tensors));
        // One leaked activation a step, [512, 64] floats, would be 250 MB; the JIT and the allocators move by far less.
        Assert.That(NativeMemory() - memory, Is.LessThan(128L << 20));
    }

    [Test]
    public void Options_that_cannot_be_are_refused()
    {
        using var model = new Line();
        using var criterion = nn.MSELoss();
        using var optimizer = optim.SGD(model.parameters(), 0.1);

        Assert.That(
            () => new Trainer(model, criterion, optimizer, new TrainerOptions { Epochs = 0 }),
            Throws.TypeOf<ArgumentOutOfRangeException>().With.Message.StartsWith(
                "TrainerOptions.Epochs is the number of times the data is gone through: at least 1."));
    }

    [Test]
    public void A_network_on_another_device_than_the_options_say_is_refused()
    {
        using var model = new Line();
        using var criterion = nn.MSELoss();
        using var optimizer = optim.SGD(model.parameters(), 0.1);
        var trainer = new Trainer(model, criterion, optimizer, Quiet with { Device = META });

        Assert.That(
            () => trainer.Fit([(ones(1, 2), ones(1, 1))]),
            Throws.TypeOf<TrainingException>().With.Message.EqualTo(
                "The network is on cpu and TrainerOptions.Device is meta. Call model.to(device) before making the optimizer."));
    }

    // What the tests before left to the garbage collector is not this one's.
    private static long NativeMemory()
    {
        GC.Collect();
        GC.WaitForPendingFinalizers();
        GC.Collect();
        return Environment.WorkingSet - GC.GetGCMemoryInfo().TotalCommittedBytes;
    }

    private sealed class ModeRecorder : MyNeuralNetwork
    {
        public readonly Dropout frozen = nn.Dropout(0);
        private readonly Linear fc = nn.Linear(2, 1);

        public List<(bool Training, bool Gradients)> Seen { get; } = [];

        public override Tensor forward(Tensor x)
        {
            Seen.Add((training, is_grad_enabled()));
            return fc.call(frozen.call(x));
        }
    }
}
