using DeepLearningCourse.Models;
using DeepLearningCourse.Training;
using TorchSharp.Modules;
using static TorchSharp.torch;

namespace DeepLearningCourse.Tests.Training;

public sealed class TrainingMistakeTests : NetworkTest
{
    private static readonly TrainerOptions Quiet = new() { Epochs = 2, ShowProgress = false };

    [Test]
    public void No_data() =>
        Expect([], nn.MSELoss(), "The training data gave no batch. Is the data set empty, or is a sequence passed that can be read only once?");

    [Test]
    public void Features_and_targets_of_different_length() =>
        Expect([(ones(4, 2), ones(3, 1))], nn.MSELoss(),
            "Epoch 1, batch 1: the batch has features [4, 2] and targets [3, 1]; their first dimension is the batch and must be equal.");

    [Test]
    public void Targets_that_would_broadcast() =>
        Expect([(ones(4, 2), ones(4))], nn.MSELoss(),
            "Epoch 1, batch 1: predictions [4, 1] and targets [4] differ in shape, and MSELoss compares them number by number. "
            + "Give the targets the shape [4, 1], for instance with y.reshape(-1, 1).");

    [Test]
    public void Integer_targets_where_floats_are_needed() =>
        Expect([(ones(4, 2), ones(4, 1, dtype: ScalarType.Int64))], nn.BCEWithLogitsLoss(),
            "Epoch 1, batch 1: the targets are Int64 and BCEWithLogitsLoss needs floats. Convert them with y.to(ScalarType.Float32).");

    [Test]
    public void Float_targets_where_classes_are_needed() =>
        Expect([(ones(4, 2), ones(4))], nn.CrossEntropyLoss(),
            "Epoch 1, batch 1: the targets are Float32 [4] and CrossEntropyLoss needs class numbers: int64 of shape [batch]. "
            + "Convert them with y.to(ScalarType.Int64), and drop a dimension of 1 with y.squeeze(1).");

    [Test]
    public void Classes_without_an_output() =>
        Expect([(ones(4, 2), ones(4, dtype: ScalarType.Int64))], nn.CrossEntropyLoss(),
            "Epoch 1, batch 1: the targets go from 1 to 1 and the network has 1 outputs, for the classes 0 to 0. "
            + "Number the classes from 0, and give the last layer an output for each.");

    [Test]
    public void NaN_in_the_first_batch()
    {
        var X = ones(4, 2);
        X[2, 1] = double.NaN;
        Expect([(X, ones(4, 1))], nn.MSELoss(),
            "Epoch 1, batch 1: the features hold NaN at sample 2 of the batch, column 1 (1 such values in all). Remove or fill those samples before training.");
    }

    [Test]
    public void NaN_in_a_later_batch_keeps_the_weights_finite()
    {
        var y = ones(4, 1);
        y[3] = double.NaN;
        var weights = Expect([(ones(4, 2), ones(4, 1)), (ones(4, 2), y)], nn.MSELoss(),
            "Epoch 1, batch 2: the targets hold NaN at sample 3 of the batch, column 0 (1 such values in all). Remove or fill those samples before training.");

        Assert.That(weights.isfinite().all().item<bool>(), Is.True);
    }

    [Test]
    public void A_loss_that_explodes() =>
        Expect([(full(4, 2, 1e30), ones(4, 1))], nn.MSELoss(),
            "Epoch 1, batch 1: the loss is Infinity, while the data is finite: the weights grew too large. Use a smaller learning rate, and scale the features.");

    [Test]
    public void A_criterion_that_reduces_nothing() =>
        Expect([(ones(4, 2), ones(4, 1))], nn.MSELoss(nn.Reduction.None),
            "Epoch 1, batch 1: the criterion gave a loss of shape [4, 1] and training needs one number. Make the criterion with reduction mean or sum.");

    [Test]
    public void A_layer_that_forward_does_not_use()
    {
        using var model = new Unused();
        Expect(model, optim.SGD(model.parameters(), 0.1), [(ones(4, 2), ones(4, 1))], nn.MSELoss(),
            "Epoch 1, batch 1: 'forgotten.weight', 'forgotten.bias' got no gradient: forward of Unused does not use them, or cuts the "
            + "gradient with detach or no_grad. Use the layer in forward or remove it. If this is meant, set TrainerOptions.CheckFirstBatch to false.");
    }

    [Test]
    public void A_layer_that_the_optimizer_does_not_hold()
    {
        using var model = new Line();
        Expect(model, optim.SGD([model.fc.weight], 0.1), [(ones(4, 2), ones(4, 1))], nn.MSELoss(),
            "Epoch 1, batch 1: the optimizer does not hold 'fc.bias', so they would never be trained. Make the optimizer from "
            + "model.parameters(), after the last layer was set and model.to(...) was called. If this is meant, set TrainerOptions.CheckFirstBatch to false.");
    }

    [Test]
    public void A_weight_replaced_after_the_optimizer_was_made()
    {
        using var model = new Line();
        var optimizer = optim.Adam(model.parameters());
        model.fc.weight = nn.Parameter(ones(1, 2));

        Expect(model, optimizer, [(ones(4, 2), ones(4, 1))], nn.MSELoss(),
            "Epoch 1, batch 1: the optimizer does not hold 'fc.weight', so they would never be trained. Make the optimizer from "
            + "model.parameters(), after the last layer was set and model.to(...) was called. If this is meant, set TrainerOptions.CheckFirstBatch to false.");
    }

    [Test]
    public void A_network_without_parameters()
    {
        using var model = new Empty();
        using var other = nn.Linear(1, 1);
        Expect(model, optim.SGD(other.parameters(), 0.1), [(ones(4, 2), ones(4, 2))], nn.MSELoss(),
            "Epoch 1, batch 1: Empty has no trainable parameters. Declare its layers as fields or properties.");
    }

    [Test]
    public void The_check_can_be_switched_off_and_what_is_unused_stays_as_it_was()
    {
        using var model = new Unused();
        using var criterion = nn.MSELoss();
        using var optimizer = optim.SGD(model.parameters(), 0.1);
        var before = model.forgotten.weight.clone();

        new Trainer(model, criterion, optimizer, Quiet with { CheckFirstBatch = false }).Fit([(ones(4, 2), ones(4, 1))]);

        Assert.That(model.forgotten.weight.equal(before).all().item<bool>(), Is.True);
    }

    [Test]
    public void Frozen_layers_need_no_gradient()
    {
        using var model = new Unused();
        model.forgotten.weight.requires_grad = false;
        model.forgotten.bias!.requires_grad = false;
        using var criterion = nn.MSELoss();
        using var optimizer = optim.SGD(model.fc.parameters(), 0.1);

        Assert.That(() => new Trainer(model, criterion, optimizer, Quiet).Fit([(ones(4, 2), ones(4, 1))]), Throws.Nothing);
    }

    [Test]
    public void A_forward_that_does_not_fit_names_the_layer()
    {
        using var model = new Line();
        using var criterion = nn.MSELoss();
        using var optimizer = optim.SGD(model.parameters(), 0.1);

        Assert.That(
            () => new Trainer(model, criterion, optimizer, Quiet).Fit([(ones(4, 3), ones(4, 1))]),
            Throws.TypeOf<ForwardException>().With.Message.StartsWith("Layer 'fc' (Linear(in_features=2, out_features=1, bias=True)) got [4, 3] and needs [*, 2]."));
    }

    [Test]
    public void A_criterion_that_fails_says_with_what()
    {
        using var model = new Line();
        using var criterion = nn.CrossEntropyLoss();
        using var optimizer = optim.SGD(model.parameters(), 0.1);

        var error = Assert.Throws<TrainingException>(() =>
            new Trainer(model, criterion, optimizer, Quiet with { CheckFirstBatch = false }).Evaluate([(ones(4, 2), ones(3, dtype: ScalarType.Int64))]));

        Assert.That(error!.Message, Does.StartWith(
            "Evaluation, batch 1: CrossEntropyLoss cannot compare predictions [4, 1] (Float32) with targets [3] (Int64): "));
        Assert.That(error.ToString(), Does.Not.Contain("frame #"));
    }


    private static Tensor Expect(IEnumerable<(Tensor, Tensor)> data, nn.IModule<Tensor, Tensor, Tensor> criterion, string message)
    {
        using var model = new Line();
        Expect(model, optim.SGD(model.parameters(), 0.01), data, criterion, message);
        return model.fc.weight.clone();
    }

    private static void Expect(
        nn.Module<Tensor, Tensor> model, optim.Optimizer optimizer,
        IEnumerable<(Tensor, Tensor)> data, nn.IModule<Tensor, Tensor, Tensor> criterion, string message)
    {
        using var _ = optimizer;
        using var module = (IDisposable)criterion;
        var error = Assert.Throws<TrainingException>(() => new Trainer(model, criterion, optimizer, Quiet).Fit(data));

        Assert.That(error!.Message, Is.EqualTo(message));
        Assert.That(error.History.Epochs.Sum(epoch => epoch.Steps), Is.EqualTo(error.History.Steps));
        Assert.That(error.History.Epochs, Has.All.Property(nameof(EpochResult.IsPartial)).True);
        Assert.That(error.History.StopReason, Is.EqualTo(StopReason.Failed));
    }

    private sealed class Unused : MyNeuralNetwork
    {
        public readonly Linear fc = nn.Linear(2, 1);
        public readonly Linear forgotten = nn.Linear(2, 1);

        public override Tensor forward(Tensor x) => fc.call(x);
    }

    private sealed class Empty : MyNeuralNetwork
    {
        public override Tensor forward(Tensor x) => x * 1;
    }
}
