using DeepLearningCourse.Data;
using DeepLearningCourse.Metrics;
using DeepLearningCourse.Models;
using DeepLearningCourse.Optimization;
using DeepLearningCourse.Tests.Data;
using DeepLearningCourse.Training;
using DeepLearningCourse.Training.Callbacks;
using DeepLearningCourse.Training.Display;
using TorchSharp.Modules;
using static TorchSharp.torch;

namespace DeepLearningCourse.Tests.Training;

public sealed class CustomStepTests : NetworkTest
{
    private static readonly TrainerOptions Quiet = new() { Epochs = 2, ShowProgress = false, HandleSignals = false };

    [Test]
    public void A_step_function_trains_as_the_slides_loop_does()
    {
        using Line byFunction = new();
        using Line bySlides = new();
        bySlides.load_state_dict(byFunction.state_dict());
        using var criterion = nn.MSELoss();
        using var functionOptimizer = Optimizers.Adam(byFunction.parameters());
        using var slidesOptimizer = Optimizers.Adam(bySlides.parameters());
        var batches = Batches(5);

        var own = new Trainer<(Tensor X, Tensor y)>(byFunction, batch => criterion.call(byFunction.call(batch.X), batch.y), functionOptimizer, Quiet).Fit(batches, batches);
        var slides = new Trainer(bySlides, criterion, slidesOptimizer, Quiet).Fit(batches, batches);

        Assert.That(Bits(byFunction), Is.EqualTo(Bits(bySlides)));
        Assert.That(own.TrainLosses, Is.EqualTo(slides.TrainLosses));
        Assert.That(own.ValidationLosses, Is.EqualTo(slides.ValidationLosses));
    }

    [Test]
    public void Batches_are_records_and_dictionaries_and_single_tensors()
    {
        using Line model = new();
        using var optimizer = Optimizers.SGD(model.parameters());

        var records = new Trainer<Pair>(model, pair => (model.call(pair.Left) - model.call(pair.Right)).square().mean(), optimizer, Quiet)
            .Fit([new Pair(ones(3, 2), zeros(3, 2))]);
        var dictionaries = new Trainer<Dictionary<string, Tensor>>(model, batch => model.call(batch["x"]).mean(), optimizer, Quiet)
            .Fit([new() { ["x"] = ones(4, 2) }, new() { ["x"] = ones(1, 2) }]);
        var tensors = new Trainer<Tensor>(model, x => model.call(x).mean(), optimizer, Quiet).Fit([ones(7, 2)]);

        Assert.That(records.Epochs[0].Samples, Is.EqualTo(3));
        Assert.That(dictionaries.Epochs[0].Samples, Is.EqualTo(5));
        Assert.That(tensors.Epochs[0].Samples, Is.EqualTo(7));
    }

    [Test]
    public void A_loader_of_records_feeds_it()
    {
        using Line model = new();
        using var optimizer = Optimizers.SGD(model.parameters());
        using DataLoader<Pair> loader = new(new DelegateDataset<Pair>(6, i => new Pair(ones(2), zeros(2))), batchSize: 4);

        var history = new Trainer<Pair>(model, pair => (model.call(pair.Left) - model.call(pair.Right)).square().mean(), optimizer, Quiet).Fit(loader);

        Assert.That(history.Epochs.Select(epoch => (epoch.Steps, epoch.Samples)), Is.EqualTo(new[] { (2L, 6L), (2, 6) }));
    }

    [Test]
    public void Figures_besides_the_loss_are_means_over_samples()
    {
        using Line model = new();
        using var optimizer = Optimizers.SGD(model.parameters(), lr: 0);
        Trainer<Tensor> trainer = new(
            model, x => new StepOutput(model.call(x).mean()) { Values = new Dictionary<string, double> { ["rows"] = x.shape[0] } }, optimizer, Quiet);

        var history = trainer.Fit([ones(3, 2), ones(1, 2)]);

        Assert.That(history.Epochs[0].Values["rows"], Is.EqualTo(2.5).Within(1e-12), "(3·3 + 1·1) / 4");
    }

    [Test]
    public void Each_phase_has_its_loss_and_its_figures_under_its_name()
    {
        using Line first = new();
        using Line second = new();
        using Both both = new(first, second);
        using var firstOptimizer = Optimizers.SGD(first.parameters(), lr: 0);
        using var secondOptimizer = Optimizers.SGD(second.parameters(), lr: 0);
        List<double> firstLosses = [];
        Trainer<Tensor> trainer = new(both,
        [
            new("discriminator", x => Output(first, x, firstLosses), firstOptimizer),
            new("generator", x => Output(second, x, []), secondOptimizer),
        ], Quiet);

        var history = trainer.Fit([ones(3, 2), ones(1, 2)]);
        var epoch = history.Epochs[0];

        Assert.That(epoch.PhaseLosses.Keys, Is.EqualTo(new[] { "discriminator", "generator" }));
        Assert.That(epoch.PhaseLosses["generator"], Is.EqualTo(epoch.TrainLoss).Within(1e-12));
        Assert.That(epoch.PhaseLosses["discriminator"], Is.EqualTo(((3 * firstLosses[0]) + firstLosses[1]) / 4).Within(1e-12));
        Assert.That(epoch.Values.Keys, Is.EquivalentTo(new[] { "rows", "discriminator rows" }));
        Assert.That(epoch.Values["discriminator rows"], Is.EqualTo(2.5).Within(1e-12));
        Assert.That(history.ToString().Split('\n')[0], Does.Contain("train discriminator loss").And.Contain("train generator loss"));
        Assert.That(history.ToCsv().Split('\n')[0], Does.Contain(",train_discriminator_loss,train_generator_loss,"));
        Assert.That(history.ToJson(), Does.Contain("\"phase_losses\": {"));
        Assert.That(Figures.Of(epoch).Select(figure => figure.Name), Is.SupersetOf(new[] { "train discriminator loss", "train generator loss" }));

        static StepOutput Output(Line model, Tensor x, List<double> losses)
        {
            var loss = model.call(x).mean();
            losses.Add(loss.item<float>());
            return new StepOutput(loss) { Values = new Dictionary<string, double> { ["rows"] = x.shape[0] } };
        }
    }

    [Test]
    public void The_losses_of_phases_survive_a_checkpoint_within_an_epoch()
    {
        using TemporaryFolder folder = new();
        var whole = FitPhases(Quiet);
        FitPhases(Quiet with { MaxSteps = 3, Callbacks = [new Checkpoint(folder.FullName)] });

        var history = FitPhases(Quiet with { Callbacks = [new Checkpoint(folder.FullName)] }, ResumeFrom.Auto);

        Assert.That(history.Epochs.Select(epoch => epoch.PhaseLosses), Is.EqualTo(whole.Epochs.Select(epoch => epoch.PhaseLosses)));
    }

    private static TrainingHistory FitPhases(TrainerOptions options, ResumeFrom? resume = null)
    {
        _ = manual_seed(4);
        using Line first = new();
        using Line second = new();
        using Both both = new(first, second);
        using var firstOptimizer = Optimizers.SGD(first.parameters(), lr: 0.01);
        using var secondOptimizer = Optimizers.SGD(second.parameters(), lr: 0.01);
        return new Trainer<Tensor>(both,
        [
            new("a", x => first.call(x).square().mean(), firstOptimizer),
            new("b", x => second.call(x).square().mean(), secondOptimizer),
        ], options).Fit([ones(3, 2), ones(1, 2)], resume: resume);
    }

    [Test]
    public void A_phase_whose_batch_counts_nothing_takes_no_loss_of_another_phase([Values] bool bySamples)
    {
        using Line first = new();
        using Line second = new();
        using Both both = new(first, second);
        using var firstOptimizer = Optimizers.SGD(first.parameters(), lr: 0);
        using var secondOptimizer = Optimizers.SGD(second.parameters(), lr: 0);
        Trainer<Tensor> trainer = new(both,
        [
            new("a", x => Counted(first.call(x).mean() * 0, x.shape[0] == 2), firstOptimizer),
            new("b", x => new StepOutput((second.call(x).mean() * 0) + 5), secondOptimizer),
        ], Quiet with { CheckFirstBatch = false });

        var history = trainer.Fit([ones(2, 2), ones(1, 2)]);

        Assert.That(history.Epochs[0].PhaseLosses["b"], Is.EqualTo(5).Within(1e-12));
        Assert.That(history.Epochs[0].PhaseLosses["a"], Is.EqualTo(2).Within(1e-12));

        StepOutput Counted(Tensor zero, bool counts) =>
            !counts ? bySamples ? new StepOutput(zero / 0) { Samples = 0 } : new StepOutput(zero / 0) { Weight = 0 } : new StepOutput(zero + 2);
    }

    [Test]
    public void Samples_can_be_told()
    {
        using Line model = new();
        using var optimizer = Optimizers.SGD(model.parameters(), lr: 0);
        var losses = new Queue<double>([1, 4, 1, 4]);
        Trainer<Tensor> trainer = new(model, x => new StepOutput((model.call(x).mean() * 0) + losses.Dequeue()) { Samples = losses.Count % 2 == 1 ? 30 : 10 }, optimizer,
            Quiet with { CheckFirstBatch = false });

        Assert.That(trainer.Fit([ones(3, 2), ones(1, 2)]).TrainLosses[0], Is.EqualTo(((1 * 30) + (4 * 10)) / 40.0));
    }

    [Test]
    public void Metrics_are_given_predictions_and_targets()
    {
        using Line model = new();
        using var optimizer = Optimizers.SGD(model.parameters());
        Sum metric = new() { Name = "sum" };
        Trainer<Tensor> trainer = new(model, x => new StepOutput(model.call(x).mean(), x, x), optimizer, Quiet with { Metrics = [metric] });

        var history = trainer.Fit([ones(3, 2)], [ones(3, 2), ones(1, 2)]);

        Assert.That(history.Epochs[1].Validation![metric], Is.EqualTo(8), "begins anew in each epoch");
        Assert.That(history.Epochs[1].Validation!.Metrics, Is.EqualTo(new Dictionary<string, double> { ["sum"] = 8 }));
        Assert.That(trainer.Evaluate([ones(2, 2)])[metric], Is.EqualTo(4));
    }

    [Test]
    public void A_metric_without_predictions_says_what_to_return()
    {
        using Line model = new();
        using var optimizer = Optimizers.SGD(model.parameters());
        Trainer<Tensor> trainer = new(model, x => model.call(x).mean(), optimizer, Quiet with { Metrics = [new Sum { Name = "sum" }] });

        Assert.That(() => trainer.Fit([ones(3, 2)], [ones(3, 2)]), Throws.TypeOf<TrainingException>().With.Message.EqualTo(
            "Validation, batch 1: the metric 'sum' needs predictions and targets, and the step function gives a loss only. Return new StepOutput(loss, predictions, targets)."));
    }

    [Test]
    public void Metrics_of_one_name_are_refused() =>
        Assert.That(
            () => new TrainerOptions { Metrics = [new Sum { Name = "a" }, new Sum { Name = "a" }] }.Validate(),
            Throws.ArgumentException.With.Message.StartsWith("TrainerOptions.Metrics has 2 metrics with the name 'a'"));

    [Test]
    public void A_step_function_without_a_loss_is_told_so()
    {
        using Line model = new();
        using var optimizer = Optimizers.SGD(model.parameters());
        Trainer<Tensor> trainer = new(model, x => default, optimizer, Quiet);

        Assert.That(() => trainer.Fit([ones(3, 2)]), Throws.TypeOf<TrainingException>().With.Message.EqualTo(
            "Epoch 1, batch 1: the step function gave no loss (null). Return the tensor of the loss."));
    }

    [Test]
    public void Two_optimizers_take_turns_as_by_hand([Values(1, 2)] int batchesPerStep)
    {
        using Adversaries byTrainer = new();
        using Adversaries byHand = new();
        byHand.load_state_dict(byTrainer.state_dict());
        var batches = Enumerable.Range(0, 4).Select(_ => randn(8, 2)).ToArray();
        using var d1 = Optimizers.Adam(byTrainer.discriminator.parameters(), lr: 0.01);
        using var g1 = Optimizers.Adam(byTrainer.generator.parameters(), lr: 0.01);
        using var d2 = Optimizers.Adam(byHand.discriminator.parameters(), lr: 0.01);
        using var g2 = Optimizers.Adam(byHand.generator.parameters(), lr: 0.01);

        Trainer<Tensor> trainer = new(
            byTrainer,
            [new("discriminator", byTrainer.DiscriminatorLoss, d1), new("generator", x => byTrainer.GeneratorLoss(x), g1)],
            Quiet with { Epochs = 1, BatchesPerStep = batchesPerStep });
        var history = trainer.Fit(batches);
        ByHand(byHand, batches, d2, g2, batchesPerStep);

        var difference = byTrainer.parameters().Zip(byHand.parameters()).Max(pair => (pair.First - pair.Second).abs().max().item<float>());
        Assert.That(difference, Is.LessThan(1e-6));
        Assert.That(history.Steps, Is.EqualTo(4 / batchesPerStep));
        Assert.That(byTrainer.parameters().All(parameter => parameter.requires_grad));
    }

    [Test]
    public void A_run_of_two_optimizers_goes_on_as_if_it_had_not_been_stopped()
    {
        using TemporaryFolder folder = new();
        var batches = Enumerable.Range(0, 4).Select(_ => randn(8, 2)).ToArray();
        using Adversaries start = new();

        byte[][] Train(bool stop, bool resume)
        {
            using Adversaries model = new();
            model.load_state_dict(start.state_dict());
            using var d = Optimizers.Adam(model.discriminator.parameters());
            using var g = Optimizers.Adam(model.generator.parameters());
            Trainer<Tensor> trainer = new(
                model,
                [new("discriminator", model.DiscriminatorLoss, d) { Schedule = Schedules.StepLR(d, 1) }, new("generator", x => model.GeneratorLoss(x), g)],
                Quiet with { Callbacks = [new DeepLearningCourse.Training.Callbacks.Checkpoint(folder.FullName), new Spy { StepEnded = (run, step) => { if (stop && step.Step == 3) { run.Stop(); } } }] });
            trainer.Fit(batches, resume: resume ? ResumeFrom.Auto : null);
            return Bits(model);
        }

        var whole = Train(stop: false, resume: false);
        Train(stop: true, resume: false);

        Assert.That(Train(stop: false, resume: true), Is.EqualTo(whole));
    }

    [Test]
    public void Phases_have_names_and_schedules_of_their_own()
    {
        using Line model = new();
        using var optimizer = Optimizers.SGD(model.parameters());
        TrainingPhase<Tensor> phase = new("a", x => x, optimizer);

        Assert.That(() => new Trainer<Tensor>(model, [phase, phase], Quiet), Throws.ArgumentException.With.Message.StartsWith("A trainer has one phase or more, each with a name of its own."));
        Assert.That(() => new Trainer<Tensor>(model, [], Quiet),
            Throws.ArgumentException.With.Message.EqualTo("A trainer has one phase or more, each with a name of its own. (Parameter 'phases')"));
        Assert.That(
            () => new Trainer<Tensor>(model, [phase, phase with { Name = "b" }], Quiet with { Schedule = Schedules.ConstantLR(optimizer) }),
            Throws.ArgumentException.With.Message.StartsWith("With several phases each has a schedule of its own"));
    }

    private static void ByHand(Adversaries model, Tensor[] batches, Optimizer d, Optimizer g, int batchesPerStep)
    {
        // The mean over the batches of a step, computed anew for each phase as if the batches were one.
        foreach (var group in batches.Chunk(batchesPerStep))
        {
            if (batchesPerStep == 1)
            {
                d.zero_grad();
                model.DiscriminatorLoss(group[0]).Loss.backward();
                d.step();
                g.zero_grad();
                model.GeneratorLoss(group[0]).backward();
                g.step();
                continue;
            }

            // The generator's gradient of the first batches is taken before the discriminator's step, and that of the last one after it.
            d.zero_grad();
            (model.DiscriminatorLoss(group[0]).Loss / 2).backward();
            var early = Gradients(model.generator, model.GeneratorLoss(group[0]) / 2);
            model.generator.zero_grad();
            d.zero_grad();
            (model.DiscriminatorLoss(group[0]).Loss / 2).backward();
            (model.DiscriminatorLoss(group[1]).Loss / 2).backward();
            d.step();
            g.zero_grad();
            (model.GeneratorLoss(group[1]) / 2).backward();

            foreach (var (parameter, gradient) in model.generator.parameters().Zip(early))
            {
                parameter.grad = parameter.grad! + gradient;
            }

            g.step();
        }
    }

    private static Tensor[] Gradients(nn.Module module, Tensor loss)
    {
        module.zero_grad();
        loss.backward();
        return [.. module.parameters().Select(parameter => parameter.grad!.clone())];
    }

    private static (Tensor, Tensor)[] Batches(int count) => [.. Enumerable.Range(0, count).Select(_ => (randn(4, 2), randn(4, 1)))];

    private static byte[][] Bits(nn.Module model) => [.. model.parameters().Select(parameter => parameter.bytes.ToArray())];

    private sealed record Pair(Tensor Left, Tensor Right);

    private sealed class Both(Line first, Line second) : MyNeuralNetwork
    {
        public Line First { get; } = first;

        public Line Second { get; } = second;

        public override Tensor forward(Tensor x) => Second.call(First.call(x));
    }

    private sealed class Line : MyNeuralNetwork
    {
        public Linear fc { get; } = nn.Linear(2, 1);

        public override Tensor forward(Tensor x) => fc.call(x);
    }

    private sealed class Adversaries : MyNeuralNetwork
    {
        public Sequential discriminator { get; } = nn.Sequential(nn.Linear(2, 8), nn.Tanh(), nn.Linear(8, 1));

        public Sequential generator { get; } = nn.Sequential(nn.Linear(2, 8), nn.Tanh(), nn.Linear(8, 2));

        public override Tensor forward(Tensor x) => generator.call(x);

        public StepOutput DiscriminatorLoss(Tensor x)
        {
            var real = discriminator.call(x);
            var fake = discriminator.call(generator.call(x.flip(0)).detach());
            return nn.functional.softplus(-real).mean() + nn.functional.softplus(fake).mean();
        }

        public Tensor GeneratorLoss(Tensor x) => nn.functional.softplus(-discriminator.call(generator.call(x.flip(0)))).mean();
    }

    private sealed class Sum : Metric
    {
        private double total;

        public override double Value => total;

        public override IReadOnlyDictionary<string, double[]> State => new Dictionary<string, double[]> { ["total"] = [total] };

        public override void Add(Tensor predictions, Tensor targets) => total += predictions.sum().item<float>();

        public override void Reset() => total = 0;

        public override void Merge(Metric other) => total += other.Value;

        public override void Restore(IReadOnlyDictionary<string, double[]> state) => total = state["total"][0];
    }
}
