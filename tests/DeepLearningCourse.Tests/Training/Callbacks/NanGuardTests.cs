using DeepLearningCourse.Models;
using DeepLearningCourse.Optimization;
using DeepLearningCourse.Tests.Data;
using DeepLearningCourse.Training;
using DeepLearningCourse.Training.Callbacks;
using TorchSharp.Modules;
using static TorchSharp.torch;

namespace DeepLearningCourse.Tests.Training.Callbacks;

public sealed class NanGuardTests : NetworkTest
{
    private static readonly TrainerOptions Quiet = new() { Epochs = 2, ShowProgress = false, CheckFirstBatch = false };

    [Test]
    public void The_layer_that_first_gives_no_numbers_is_named_and_weights_and_buffers_are_those_of_the_last_good_step()
    {
        using Network model = new();
        using Network good = new();
        good.load_state_dict(model.state_dict());
        using NanGuard guard = new();
        (Tensor, Tensor)[] fine = [Batch(1), Batch(1)];
        (Tensor X, Tensor y) bad = (Batch(-1).X, ones(4, 1));
        var generator = get_rng_state();
        _ = Fit(good, Quiet with { Epochs = 1 }, fine);
        set_rng_state(generator);

        var failure = Failure(model, Quiet with { Callbacks = [guard] }, [.. fine, bad]);

        Assert.That(failure.Message, Does.StartWith("Epoch 1, batch 3: the loss is NaN, while the data is finite"));
        Assert.That(failure.Message, Does.EndWith($" {guard.Finding}"));
        Assert.That(guard.Where, Is.EqualTo("log"));
        Assert.That(guard.Finding, Does.StartWith("Layer 'log' (Log()) is the first that gives numbers that are not finite, 4 of 4, from finite ones of up to "));
        Assert.That(guard.Finding, Does.EndWith("The batch is in NanGuard.Batch."));
        Assert.That(guard.Batch.Keys, Is.EqualTo(new[] { "features", "target" }));
        Assert.That(Same(guard.Batch["features"], bad.X) && Same(guard.Batch["target"], bad.y), Is.True);
        Assert.That(model.state_dict().Where(entry => !Same(entry.Value, good.state_dict()[entry.Key])).Select(entry => entry.Key), Is.Empty);
    }

    [Test]
    public void Torchs_generator_is_left_as_it_was_found()
    {
        using Network model = new();
        using Network other = new();
        other.load_state_dict(model.state_dict());
        using NanGuard guard = new();
        (Tensor, Tensor)[] bad = [(Batch(-1).X, ones(4, 1))];
        var generator = get_rng_state();
        _ = Failure(other, Quiet, bad);
        var expected = get_rng_state();
        set_rng_state(generator);

        _ = Failure(model, Quiet with { Callbacks = [guard] }, bad);

        Assert.That(Same(get_rng_state(), expected), Is.True);
        Assert.That(Same(generator, expected), Is.False, "Dropout draws");
    }

    [Test]
    public void An_operation_between_layers_is_told_by_its_place()
    {
        using Between model = new();
        using NanGuard guard = new();

        _ = Failure(model, Quiet with { Callbacks = [guard] }, [(-ones(2, 2), ones(2, 1))]);

        Assert.That((guard.Where, guard.Finding), Is.EqualTo(("w2",
            "Layer 'w2' (Linear(in_features=2, out_features=1, bias=True)) is the first that gets numbers that are not finite: an operation of forward after layer 'w1' made them so. "
            + "The batch is in NanGuard.Batch.")));
    }

    [Test]
    public void Operations_after_the_layers_and_the_loss_function_are_told_apart()
    {
        using Line model = new();
        model.fc.weight.SetData(ones(1, 2));
        model.fc.bias!.SetData(zeros(1));
        using var optimizer = Optimizers.SGD(model.parameters(), 0.1);
        using NanGuard guard = new();

        string? Finding(Func<Tensor, StepOutput> step)
        {
            Assert.That(() => new Trainer<Tensor>(model, step, optimizer, Quiet with { Callbacks = [guard] }).Fit([ones(3, 2)]),
                Throws.InstanceOf<TrainingException>().With.Message.StartsWith("Epoch 1, batch 1: the loss is "));
            return guard.Finding;
        }

        StepOutput After(Tensor X)
        {
            var predictions = (-model.call(X)).log();
            return new(predictions.mean(), predictions, X);
        }

        StepOutput InTheLoss(Tensor X)
        {
            var predictions = model.call(X);
            return new((predictions - 2).log().mean(), predictions, X);
        }

        var times = 0;

        Assert.That(Finding(After), Does.StartWith("All layers give finite numbers: an operation of forward after layer 'fc' makes 3 of 3 predictions NaN or infinite."));
        Assert.That(Finding(InTheLoss), Does.StartWith("All layers give finite numbers, and so are the predictions, up to 2: the loss function makes NaN or infinity of them."));
        Assert.That(Finding(X => InTheLoss(X).Loss), Does.StartWith("All layers give finite numbers: an operation of forward after layer 'fc', or the loss function, does not."));
        Assert.That(Finding(X => model.call(X).mean() / times++), Does.StartWith("Computed once more the loss is finite: chance has a part in it"));
        Assert.That(guard.Batch.Keys, Is.EqualTo(new[] { "batch" }));
    }

    [Test]
    public void The_loss_is_computed_once_more_in_the_precision_of_the_run()
    {
        using Line model = new();
        using var optimizer = Optimizers.SGD(model.parameters(), lr: 0.1);
        using NanGuard guard = new();
        List<ScalarType> types = [];
        Trainer<Tensor> trainer = new(model, Step, optimizer, Quiet with { Precision = Precision.BFloat16, Callbacks = [guard] });

        StepOutput Step(Tensor X)
        {
            var predictions = model.call(X);
            types.Add(predictions.dtype);
            return (predictions * double.NaN).mean();
        }

        Assert.That(() => trainer.Fit([ones(1, 2)]),
            Throws.InstanceOf<TrainingException>().With.Message.EqualTo("Epoch 1, batch 1: the loss is NaN, while the data is finite: the weights grew too large. Use a smaller learning rate, and scale the features. All layers give finite numbers: an operation of forward after layer 'fc', or the loss function, does not. The batch is in NanGuard.Batch."));
        Assert.That(types, Is.EqualTo(new[] { ScalarType.BFloat16, ScalarType.BFloat16 }));
    }

    [Test]
    public void A_parameter_that_was_spoiled_before_is_named()
    {
        using BinaryClassifier model = new();
        model.w2.bias!.SetData(full(64, double.NaN));
        using NanGuard guard = new();

        var failure = Failure(model, Quiet with { Callbacks = [guard] }, [(rand(2, 10), rand(2, 1))]);

        Assert.That(guard.Where, Is.EqualTo("w2.bias"));
        Assert.That(failure.Message, Does.Contain(" Parameter 'w2.bias' is NaN or infinite in 64 of 64 numbers: an earlier step made it so, or the initial values are."));
    }

    [Test]
    public void Gradients_that_are_no_numbers_end_the_run_before_the_weights_change()
    {
        using Root model = new();
        using Root before = new();
        before.load_state_dict(model.state_dict());
        using NanGuard guard = new();
        var (X, y) = (-ones(2, 2), zeros(2, 1));

        var failure = Failure(model, Quiet with { Callbacks = [guard] }, [(X, y)]);

        Assert.That(failure.Message, Does.StartWith(
            "Epoch 1, batch 1: the loss is finite, and gradients are not. The gradient of parameter 'w1.bias' is NaN or infinite in 2 of 2 numbers (and so of w1.weight)."));
        Assert.That((guard.Where, failure.Epoch, failure.Batch), Is.EqualTo(("w1.bias", 1, 1)));
        Assert.That(Same(guard.Batch["features"], X), Is.True);
        Assert.That(model.state_dict().All(entry => Same(entry.Value, before.state_dict()[entry.Key])), Is.True);
    }

    [Test]
    public void Gradients_that_are_only_large_are_no_failure()
    {
        using Line model = new();
        using var optimizer = Optimizers.SGD(model.parameters(), 0);
        using NanGuard guard = new();
        Trainer<Tensor> trainer = new(model, X => (model.call(X) * 1e25f).sum(), optimizer, Quiet with { Callbacks = [guard] });

        Assert.That(trainer.Fit([ones(1, 2)]).StopReason, Is.EqualTo(StopReason.Completed));
        Assert.That(guard.Finding, Is.Null);
    }

    [Test]
    public void The_batch_is_written_to_a_file_where_a_folder_is_given()
    {
        using TemporaryFolder folder = new();
        using Network model = new();
        using NanGuard guard = new(folder["guard"]);
        (Tensor X, Tensor y) bad = (Batch(-1).X, ones(4, 1));

        var failure = Failure(model, Quiet with { Callbacks = [guard] }, [Batch(1), bad]);

        Assert.That(guard.BatchFile, Is.EqualTo(Path.Combine(folder["guard"], "non-finite-step-0000000002.safetensors")));
        Assert.That(failure.Message, Does.EndWith($"The batch is in {guard.BatchFile}."));
        Assert.That(guard.Batch, Is.Empty);
        using Pair read = new();
        read.LoadWeights(guard.BatchFile!);
        Assert.That(Same(read.features, bad.X) && Same(read.target, bad.y), Is.True);
    }

    [Test]
    public void A_folder_that_cannot_be_written_does_not_hide_the_failure()
    {
        using TemporaryFolder folder = new();
        File.WriteAllText(folder["file"], "");
        using Network model = new();
        using NanGuard guard = new(folder["file"]);

        var failure = Failure(model, Quiet with { Callbacks = [guard] }, [(Batch(-1).X, ones(4, 1))]);

        Assert.That(failure.Message, Does.StartWith("Epoch 1, batch 1: the loss is NaN").And.Contain("Layer 'log'").And.Contain("The batch could not be written: "));
        Assert.That(guard.BatchFile, Is.Null);
    }

    [Test]
    public void Batches_of_any_type_have_names()
    {
        var inner = ones(1);
        var of = BatchTensors.Of;

        Assert.That(of(inner).Keys, Is.EqualTo(new[] { "batch" }));
        Assert.That(of((inner, inner)).Keys, Is.EqualTo(new[] { "features", "target" }));
        Assert.That(of((inner, "text", new[] { inner, inner })).Keys, Is.EqualTo(new[] { "0", "2.0", "2.1" }));
        Assert.That(of(new Dictionary<string, Tensor> { ["image"] = inner }).Keys, Is.EqualTo(new[] { "image" }));
        Assert.That(of(new Sample(inner, 3, (inner, inner))).Keys, Is.EqualTo(new[] { "Image", "Pair.0", "Pair.1" }));
        Assert.That(of(new Ring()), Is.Empty);
        Assert.That(of(null), Is.Empty);
    }

    [Test]
    public void A_good_run_is_not_changed()
    {
        using Network plain = new();
        using Network guarded = new();
        guarded.load_state_dict(plain.state_dict());
        using NanGuard guard = new();
        (Tensor, Tensor)[] data = [Batch(1), Batch(1)];
        var generator = get_rng_state();

        _ = Fit(plain, Quiet, data);
        set_rng_state(generator);
        _ = Fit(guarded, Quiet with { Callbacks = [guard] }, data);

        Assert.That(guarded.state_dict().All(entry => Same(entry.Value, plain.state_dict()[entry.Key])), Is.True);
    }

    private static (Tensor X, Tensor y) Batch(float sign) => (sign * (rand(4, 2) + 0.1), rand(4, 1));

    private static bool Same(Tensor one, Tensor other) => one.equal(other).all().item<bool>();

    private static TrainingException Failure(nn.Module<Tensor, Tensor> model, TrainerOptions options, (Tensor, Tensor)[] data) =>
        Assert.Throws<TrainingException>(() => Fit(model, options, data))!;

    private static TrainingHistory Fit(nn.Module<Tensor, Tensor> model, TrainerOptions options, (Tensor, Tensor)[] data)
    {
        using var criterion = nn.MSELoss();
        using var optimizer = Optimizers.SGD(model.parameters(), lr: 0.01);
        return new Trainer(model, criterion, optimizer, options).Fit(data);
    }

    private sealed class Log : MyNeuralNetwork
    {
        public override Tensor forward(Tensor x) => x.log();
    }

    /// <summary>NaN where the first feature is negative.</summary>
    private sealed class Network : MyNeuralNetwork
    {
        public BatchNorm1d norm { get; } = nn.BatchNorm1d(2);

        public Dropout dropout { get; } = nn.Dropout(0.5);

        public Linear w1 { get; } = nn.Linear(2, 1);

        public Log log { get; } = new();

        public override Tensor forward(Tensor x) => w1.call(dropout.call(norm.call(x))) + log.call(x[.., ..1]);
    }

    private sealed class Between : MyNeuralNetwork
    {
        public Linear w1 { get; } = nn.Linear(2, 2);

        public Linear w2 { get; } = nn.Linear(2, 1);

        public override Tensor forward(Tensor x) => w2.call((-w1.call(x).abs() - 1).sqrt());
    }

    /// <summary>The root of 0, whose derivative is infinite.</summary>
    private sealed class Root : MyNeuralNetwork
    {
        public Linear w1 { get; } = nn.Linear(2, 2);

        public Linear w2 { get; } = nn.Linear(2, 1);

        public override Tensor forward(Tensor x) => w2.call((w1.call(x) * 0).sqrt());
    }

    private sealed class Pair : MyNeuralNetwork
    {
        public Tensor features { get; } = zeros(4, 2);

        public Tensor target { get; } = zeros(4, 1);

        public override Tensor forward(Tensor x) => x;
    }

    private sealed record Sample(Tensor Image, int Number, (Tensor, Tensor) Pair);

    private sealed class Ring
    {
        public Ring Next => next;

        private readonly Ring next;

        public Ring() => next = this;
    }
}
