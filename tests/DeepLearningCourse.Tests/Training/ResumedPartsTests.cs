using DeepLearningCourse.Metrics;
using DeepLearningCourse.Models;
using DeepLearningCourse.Optimization;
using DeepLearningCourse.Training;
using DeepLearningCourse.Training.Callbacks;
using static TorchSharp.torch;

namespace DeepLearningCourse.Tests.Training;

/// <summary>What happens where a run goes on with another network, optimizer, schedule, average, option or callback: row by row of the table of ResumeFrom.</summary>
public sealed class ResumedPartsTests : NetworkTest
{
    private static readonly ResumedLine Same = new();

    [Test]
    public void The_same_program_goes_on_without_a_word([Values] bool within) => Assert.That(Same.Then(Same, within), Is.Empty);

    [Test]
    public void Another_class_of_network_with_equal_weights_is_named() => Assert.That(
        Same.Then(Same with { Model = () => new ResumedLine.OtherLine() }),
        Is.EqualTo(new[] { "The run went on from FILE, which was trained with the network Line, with the network OtherLine." }));

    [Test]
    public void A_layer_with_other_options_is_named() => Assert.That(
        (Same with { Model = () => new ResumedLine.Dropped(0.25) }).Then(Same with { Model = () => new ResumedLine.Dropped(0.5) }),
        Is.EqualTo(new[] { "The run went on from FILE, which was trained with layer 'dropout' Dropout(p=0.25, inplace=False), with layer 'dropout' Dropout(p=0.5, inplace=False)." }));

    [Test]
    public void Another_type_of_number_is_refused() => Assert.That(
        (Same with { Dtype = ScalarType.Float64 }).Then(Same),
        Is.EqualTo(new[] { "The checkpoint FILE is of a network whose 'w1.weight' is Float64, and here it is Float32. Call model.to(ScalarType.Float64) before the optimizer is made." }));

    [Test]
    public void Other_parameters_of_equal_shapes_are_refused()
    {
        var model = Same with { Model = () => new Twins() };

        Assert.That(
            (model with { Optimizer = network => Optimizers.Adam(((Twins)network).w1.parameters()) }).Then(model with { Optimizer = network => Optimizers.Adam(((Twins)network).w2.parameters()) }),
            Is.EqualTo(new[]
            {
                "The checkpoint FILE has the state of an optimizer whose parameter 0 is w1.weight, and here it is w2.weight. Make it from the same parameters in the same order.",
            }));
    }

    [Test]
    public void Another_optimizer_is_refused() => Assert.That(
        Same.Then(Same with { Optimizer = model => Optimizers.AdamW(model.parameters(), lr: 0.001) }),
        Is.EqualTo(new[] { "The checkpoint FILE has the state of Adam, and this trainer has AdamW. Give it the same optimizer." }));

    [Test]
    public void Another_learning_rate_is_not_taken_in_silence()
    {
        List<double> rates = [];
        var second = Same with
        {
            Optimizer = model => Optimizers.Adam(model.parameters(), lr: 0.5),
            Callbacks = [new Spy { StepEnded = (run, _) => rates.Add(run.LearningRates[0]) }],
        };

        Assert.That(Same.Then(second), Is.EqualTo(new[]
        {
            "The optimizer was made with lr 0.5, and goes on with 0.001, which is part of its state in FILE. "
            + "To change it, set optimizer.Groups[0].LearningRate in a callback's OnFitStarted, which comes after the checkpoint.",
        }));
        Assert.That(rates, Is.Not.Empty.And.All.EqualTo(0.001));
    }

    [Test]
    public void A_learning_rate_that_a_callback_changed_is_no_other_one()
    {
        var line = Same with { Callbacks = [new Spy { StepEnded = (run, step) => run.Optimizers[0].ParamGroups.Single().LearningRate = 0.1 / step.Step }] };

        Assert.That(line.Then(line), Is.Empty);
    }

    [Test]
    public void Other_options_of_an_optimizer_are_named_each()
    {
        var second = Same with { Optimizer = model => Optimizers.Adam(model.parameters(), lr: 0.001, beta1: 0.5, eps: 1e-6, weightDecay: 0.1, amsgrad: true, maximize: true) };

        Assert.That(Same.Then(second), Is.EqualTo(new[] { ("betas", "(0.5, 0.999)", "(0.9, 0.999)"), ("eps", "1E-06", "1E-08"), ("weight_decay", "0.1", "0"), ("amsgrad", "true", "false"), ("maximize", "true", "false") }
            .Select(option => $"The optimizer was made with {option.Item1} {option.Item2}, and goes on with {option.Item3}, which is part of its state in FILE. "
                + "To change it, set optimizer.Groups[0].Options in a callback's OnFitStarted, which comes after the checkpoint.")));
    }

    [Test]
    public void Other_options_of_SGD_are_named_each()
    {
        var first = Same with { Optimizer = model => Optimizers.SGD(model.parameters(), lr: 0.001, momentum: 0.9) };
        var second = Same with { Optimizer = model => Optimizers.SGD(model.parameters(), lr: 0.001, momentum: 0.5, nesterov: true) };

        Assert.That(first.Then(second), Is.EqualTo(new[] { ("momentum", "0.5", "0.9"), ("nesterov", "true", "false") }
            .Select(option => $"The optimizer was made with {option.Item1} {option.Item2}, and goes on with {option.Item3}, which is part of its state in FILE. "
                + "To change it, set optimizer.Groups[0].Options in a callback's OnFitStarted, which comes after the checkpoint.")));
    }

    [Test]
    public void A_schedule_or_its_options_that_differ_are_refused()
    {
        var steps = Same with { Schedule = optimizer => Schedules.StepLR(optimizer, 2) };

        Assert.That(steps.Then(steps), Is.Empty);
        Assert.That(
            steps.Then(Same with { Schedule = optimizer => Schedules.ExponentialLR(optimizer, 0.9) }),
            Is.EqualTo(new[] { "The checkpoint FILE has the schedule StepLR, and this trainer ExponentialLR. Give it the same." }));
        Assert.That(Same.Then(steps), Is.EqualTo(new[] { "The checkpoint FILE has the schedule none, and this trainer StepLR. Give it the same." }));
        Assert.That(
            steps.Then(Same with { Schedule = optimizer => Schedules.StepLR(optimizer, 3) }),
            Is.EqualTo(new[]
            {
                "The checkpoint FILE is of another schedule. This state does not fit the schedule: its stepSize is 2, and here it is 3. Make the schedule as it was when the state was saved. (Parameter 'state')",
            }));
        Assert.That(
            steps.Then(steps with { Optimizer = model => Optimizers.Adam(model.parameters(), lr: 0.5) }),
            Is.EqualTo(new[]
            {
                "The optimizer was made with initial_lr 0.5, and goes on with 0.001, which is part of its state in FILE. "
                + "For a schedule from other rates begin a new run with the weights: model.LoadWeights(path).",
            }));
    }

    [Test]
    public void Another_kind_of_average_or_none_is_refused()
    {
        var ema = Same with { Average = model => WeightAverage.Ema(model, 0.9) };
        var swa = Same with { Average = model => WeightAverage.Swa(model) };

        Assert.That(ema.Then(ema), Is.Empty);
        Assert.That(ema.Then(swa), Is.EqualTo(new[]
        {
            "The checkpoint FILE has averages of the kind Ema, decay 0.9, warmUp false, useBuffers false, and TrainerOptions.Average is of the kind Swa, useBuffers false. Make it as it was.",
        }));
        Assert.That(swa.Then(ema), Is.EqualTo(new[]
        {
            "The checkpoint FILE has averages of the kind Swa, useBuffers false, and TrainerOptions.Average is of the kind Ema, decay 0.9, warmUp false, useBuffers false. Make it as it was.",
        }));
        Assert.That(ema.Then(Same), Is.EqualTo(new[]
        {
            "The checkpoint FILE has averages of the weights (Ema, decay 0.9, warmUp false, useBuffers false), and TrainerOptions.Average is not set. Set it as it was, so that they are not lost.",
        }));
    }

    [Test]
    public void Another_decay_and_an_average_that_begins_late_are_named()
    {
        var ema = Same with { Average = model => WeightAverage.Ema(model, 0.9) };

        Assert.That(
            ema.Then(Same with { Average = model => WeightAverage.Ema(model, 0.5) }),
            Is.EqualTo(new[] { "The run went on from FILE, which was trained with the average's decay 0.9, with the average's decay 0.5." }));
        Assert.That(Same.Then(ema), Is.EqualTo(new[] { "FILE has no averages of the weights: TrainerOptions.Average begins with what comes after it." }));
    }

    [Test]
    public void Other_options_of_the_trainer_are_named()
    {
        var second = Same with
        {
            Options = options => options with
            {
                BatchesPerStep = 2, ClipNorm = 1, ClipValue = 0.5, Precision = Precision.BFloat16, ScheduleEvery = TrainingInterval.Step, AverageEvery = TrainingInterval.Epoch,
                AverageFromEpoch = 2, OverfitBatches = 3, ValidateEveryEpochs = 2, ValidateEverySteps = 5, Threads = 1, Deterministic = true,
            },
        };

        Assert.That(Same.Then(second), Is.EqualTo(new[]
            {
                ("BatchesPerStep", "1", "2"), ("ClipNorm", "none", "1"), ("ClipValue", "none", "0.5"), ("Precision", "Float32", "BFloat16"), ("ScheduleEvery", "Epoch", "Step"),
                ("AverageEvery", "Step", "Epoch"), ("AverageFromEpoch", "1", "2"), ("OverfitBatches", "none", "3"), ("ValidateEveryEpochs", "1", "2"),
                ("ValidateEverySteps", "none", "5"), ("Threads", "none", "1"), ("Deterministic", "False", "True"),
            }.Select(option => $"The run went on from FILE, which was trained with {option.Item1} {option.Item2}, with {option.Item1} {option.Item3}.")));
    }

    [Test]
    public void Another_seed_has_no_effect_and_says_so() => Assert.That(
        (Same with { Options = options => options with { Seed = 7 } }).Then(Same with { Options = options => options with { Seed = 8 } }),
        Is.EqualTo(new[] { "TrainerOptions.Seed is 8, and FILE is of a run that began with 7: a run that goes on takes the checkpoint's random numbers, and no seed." }));

    [Test]
    public void Another_criterion_and_frozen_parameters_are_named()
    {
        Assert.That(
            Same.Then(Same with { Criterion = () => nn.L1Loss(nn.Reduction.Sum) }),
            Is.EqualTo(new[] { "The run went on from FILE, which was trained with the criterion MSELoss (Mean), with the criterion L1Loss (Sum)." }));
        Assert.That(
            Same.Then(Same with { Model = () => { ResumedLine.Line line = new(); line.w1.weight!.requires_grad = false; return line; } }),
            Is.EqualTo(new[] { "The run went on from FILE, which was trained with the frozen parameters none, with the frozen parameters w1.weight." }));
    }

    [Test]
    public void Limits_that_are_behind_are_named()
    {
        Assert.That(
            (Same with { Options = options => options with { Epochs = 3 } }).Then(Same with { Options = options => options with { Epochs = 1 } }),
            Is.EqualTo(new[] { "FILE is in epoch 3, and TrainerOptions.Epochs is 1: there is nothing left to train." }));
        Assert.That(
            Same.Then(Same with { Options = options => options with { MaxSteps = 3 } }),
            Is.EqualTo(new[] { "FILE is at step 4, and TrainerOptions.MaxSteps is 3: there is nothing left to train." }));
    }

    [Test]
    public void Callbacks_with_a_state_that_come_or_go_are_named()
    {
        var stopping = Same with { Callbacks = [new EarlyStopping(patience: 9)] };

        Assert.That(stopping.Then(stopping), Is.Empty);
        Assert.That(stopping.Then(Same), Is.EqualTo(new[]
        {
            "FILE has the state of the callback EarlyStopping, and TrainerOptions.Callbacks has none of that name: what it counted is not kept.",
        }));
        Assert.That(Same.Then(stopping), Is.EqualTo(new[]
        {
            "FILE has no state of the callback EarlyStopping, which the run before did not have: it begins to count here.",
        }));
        Assert.That(Same.Then(Same with { Callbacks = [new Spy()] }), Is.Empty);
    }

    [Test]
    public void Other_metrics_and_displays_need_no_word() => Assert.That(
        (Same with { Validation = data => ResumedLine.Loader(data), Options = options => options with { Metrics = [new MeanAbsoluteError()] } })
            .Then(Same with { Validation = data => ResumedLine.Loader(data), Options = options => options with { Metrics = [new R2Score()], LogEverySteps = 1 } }),
        Is.Empty);

    private sealed class Twins : MyNeuralNetwork
    {
        public TorchSharp.Modules.Linear w1 { get; } = nn.Linear(2, 1);

        public TorchSharp.Modules.Linear w2 { get; } = nn.Linear(2, 1);

        public override Tensor forward(Tensor x) => w1.call(x) + w2.call(x);
    }
}
