using DeepLearningCourse.Data;
using DeepLearningCourse.Metrics;
using DeepLearningCourse.Training;
using DeepLearningCourse.Training.Tuning;
using static TorchSharp.torch;

namespace DeepLearningCourse.Tests.Training.Checks;

/// <summary>What is found on the first batch of an evaluation or a validation.</summary>
public sealed class EvaluationCheckTests : CheckTest
{
    private const string Reshape = "Give the targets the shape [6, 1], for instance with y.reshape(-1, 1).";

    private static readonly (string Name, Func<nn.IModule<Tensor, Tensor, Tensor>> New)[] Criteria =
    [
        ("MSELoss", () => nn.MSELoss()), ("L1Loss", () => nn.L1Loss()), ("SmoothL1Loss", () => nn.SmoothL1Loss()), ("HuberLoss", () => nn.HuberLoss()),
        ("BCEWithLogitsLoss", () => nn.BCEWithLogitsLoss()), ("PoissonNLLLoss", () => nn.PoissonNLLLoss()), ("KLDivLoss", () => nn.KLDivLoss()),
        ("SoftMarginLoss", () => nn.SoftMarginLoss()), ("HingeEmbeddingLoss", () => nn.HingeEmbeddingLoss()),
    ];

    private static IEnumerable<string> Names => Criteria.Select(criterion => criterion.Name);

    [TestCaseSource(nameof(Names))]
    public void A_row_of_targets_is_not_stretched_over_a_column_of_predictions(string name)
    {
        var criterion = Array.Find(Criteria, one => one.Name == name).New();

        Expect(criterion, 1, Alternating(6).to(float32),
            $"predictions [6, 1] and targets [6] differ in shape, and {name} compares them number by number. {Reshape}");
    }

    [Test]
    public void A_criterion_of_ones_own_is_asked_whether_it_stretches()
    {
        var y = arange(6, float32);
        using var model = Identity();
        using Own criterion = new();
        using var optimizer = optim.SGD(model.parameters(), 0.1);
        Trainer trainer = new(model, criterion, optimizer, Quiet);

        // All numbers against all: twice the variance, 35 / 6; number by number: 0.
        var message = $"predictions [6, 1] and targets [6] differ in shape, and Own gives 5.833 for them, but 0 where both are [6, 1]: it stretches one over the other. {Reshape}{SwitchOff}";
        Assert.That(Error(() => trainer.Evaluate([(y.reshape(6, 1), y)])), Is.EqualTo($"Evaluation, batch 1: {message}"));
        Assert.That(Error(() => trainer.Fit([(y.reshape(6, 1), y)])), Is.EqualTo($"Epoch 1, batch 1: {message}"));
        Assert.That(trainer.Evaluate([(y.reshape(6, 1), y.reshape(6, 1))]).Loss, Is.Zero);
    }

    [Test]
    public void A_criterion_of_ones_own_that_brings_shapes_together_is_left_alone()
    {
        var y = arange(6, float32);
        using var model = Identity();
        using Own criterion = new() { Reshapes = true };
        using var optimizer = optim.SGD(model.parameters(), 0.1);

        Assert.That(new Trainer(model, criterion, optimizer, Quiet).Evaluate([(y.reshape(6, 1), y)]).Loss, Is.Zero);
    }

    [Test]
    public void Classes_without_an_output() => Expect(nn.CrossEntropyLoss(), 2, arange(6).remainder(2).add(1),
        "the targets go from 1 to 2 and the network has 2 outputs, for the classes 0 to 1. Numbered from 1, they become right with y - 1.");

    [Test]
    public void Labels_out_of_range() => Expect(nn.BCEWithLogitsLoss(), 1, Alternating(6, 1).mul(2).sub(1).to(float32),
        "the targets go from -1 to 1 and BCEWithLogitsLoss needs them between 0 and 1. Labels of -1 and 1 become 0 and 1 with (y + 1) / 2.");

    [Test]
    public void A_sigmoid_before_a_loss_that_has_its_own() => Expect(nn.BCEWithLogitsLoss(), 1, Alternating(6, 1).to(float32),
        "the network ends in a sigmoid (called in forward), and BCEWithLogitsLoss applies one itself. Remove the sigmoid, or use BCELoss." + SwitchOff, p => p.sigmoid());

    [Test]
    public void A_softmax_before_a_loss_that_has_its_own() => Expect(nn.CrossEntropyLoss(), 2, Alternating(6),
        "the network ends in a softmax (called in forward), and CrossEntropyLoss applies one itself. Remove the softmax: CrossEntropyLoss takes raw scores." + SwitchOff, p => p.softmax(1));

    [Test]
    public void A_function_that_the_network_has_in_evaluation_only()
    {
        using InEvaluation model = new();
        using var criterion = nn.BCEWithLogitsLoss();
        using var optimizer = optim.SGD(model.parameters(), 0.1);
        var batch = (randn(6, 3), Alternating(6, 1).to(float32));

        Assert.That(Error(() => new Trainer(model, criterion, optimizer, Quiet).Fit([batch], [batch])), Is.EqualTo(
            "Validation, batch 1: the network ends in a sigmoid (called in forward), and BCEWithLogitsLoss applies one itself. Remove the sigmoid, or use BCELoss." + SwitchOff));
    }

    [Test]
    public void The_check_may_be_switched_off()
    {
        using var model = nn.Linear(3, 1);
        using var criterion = nn.MSELoss();
        using var optimizer = optim.SGD(model.parameters(), 0.1);

        var loss = new Trainer(model, criterion, optimizer, Quiet with { CheckFirstBatch = false }).Evaluate([(randn(6, 3), randn(6))]).Loss;

        Assert.That(loss, Is.Positive);
    }

    [Test]
    public void What_only_matters_to_learning_is_not_asked_of_an_evaluation()
    {
        using var model = nn.Linear(3, 1, dtype: float32);
        using var criterion = nn.MSELoss();
        using var optimizer = optim.SGD(model.parameters(), 0.1);
        Trainer trainer = new(model, criterion, optimizer, Quiet);
        var X = randn(20, 3);
        var (floats, doubles) = (zeros(20, 1), zeros(20, 1, float64));
        var validated = trainer.Fit([(X, randn(20, 1))], [(X, floats)]);

        foreach (var parameter in model.parameters())
        {
            parameter.requires_grad = false;
        }

        Assert.That(validated.Warnings, Is.Empty, "targets of one value");
        Assert.That(trainer.Evaluate([(X, doubles)]).Loss, Is.EqualTo(trainer.Evaluate([(X, floats)]).Loss).Within(1e-3).Percent, "frozen, targets of another type");
    }

    [Test]
    public void A_warning_says_that_it_is_of_the_validation_data()
    {
        using var model = nn.Linear(3, 1);
        using var criterion = nn.MSELoss();
        using var optimizer = optim.SGD(model.parameters(), 0.1);

        var history = new Trainer(model, criterion, optimizer, Quiet).Fit([(randn(6, 3), randn(6, 1))], [(ones(6, 3), randn(6, 1))]);

        Assert.That(history.Warnings, Is.EqualTo(new[]
        {
            "Validation, batch 1: all 6 samples of the batch have the same features [6, 3], so nothing tells them apart. Is the data read, scaled or sliced wrongly?",
        }));
    }

    [Test]
    public void Metrics_compare_a_row_of_targets_with_a_column_of_predictions_number_by_number()
    {
        var y = arange(6, float32);
        using var model = Identity();
        using Own criterion = new() { Reshapes = true };
        using var optimizer = optim.SGD(model.parameters(), 0.1);
        TrainerOptions options = Quiet with { Metrics = [new MeanSquaredError(), new MeanAbsoluteError(), new RootMeanSquaredError()] };

        Assert.That(new Trainer(model, criterion, optimizer, options).Evaluate([(y.reshape(6, 1), y)]).Metrics.Values, Is.All.Zero);
    }

    [Test]
    public void A_fold_of_a_cross_validation_is_checked()
    {
        using InMemoryDataset data = new(randn(12, 3), randn(12));

        var message = Error(() => CrossValidation.Run(data, 2, fold =>
        {
            var model = fold.Own(nn.Linear(3, 1));
            var criterion = fold.Own(nn.MSELoss());
            return fold.Fit(
                new Trainer(model, criterion, fold.Own(optim.SGD(model.parameters(), 0.1)), Quiet), [(randn(6, 3), randn(6, 1))],
                new DataLoader<(Tensor features, Tensor target)>(fold.Validation, batchSize: 6));
        }));

        Assert.That(message, Is.EqualTo($"Validation, batch 1: predictions [6, 1] and targets [6] differ in shape, and MSELoss compares them number by number. {Reshape}"));
    }

    [Test]
    public void A_check_of_the_validation_data_finds_the_same()
    {
        Assert.That(Findings(nn.Linear(3, 1), nn.HuberLoss(), randn(6, 3), randn(6)), Is.EqualTo(new[]
        {
            $"Error: Predictions [6, 1] and targets [6] differ in shape, and HuberLoss compares them number by number. {Reshape}",
        }));
    }

    [Test]
    public void Random_numbers_are_after_an_evaluation_as_without_its_check()
    {
        using Through model = new(nn.Linear(3, 1), p => (p * 0).add(rand(1)));
        using var criterion = nn.BCEWithLogitsLoss();
        using var optimizer = optim.SGD(model.parameters(), 0.1);
        float[] numbers = [.. new[] { true, false }.Select(checks =>
        {
            _ = manual_seed(7);
            _ = new Trainer(model, criterion, optimizer, Quiet with { CheckFirstBatch = checks }).Evaluate([(randn(6, 3), Alternating(6, 1).to(float32))]);
            return rand(1).item<float>();
        })];

        Assert.That(numbers[0], Is.EqualTo(numbers[1]));
    }

    /// <summary>The error of an evaluation.</summary>
    private static void Expect(nn.IModule<Tensor, Tensor, Tensor> criterion, long outputs, Tensor y, string message, Func<Tensor, Tensor>? after = null)
    {
        using var loss = (IDisposable)criterion;
        using Through model = new(nn.Linear(3, outputs), after);
        using var optimizer = optim.SGD(model.parameters(), 0.1);
        Trainer trainer = new(model, criterion, optimizer, Quiet);
        var X = randn(6, 3);

        Assert.That(Error(() => trainer.Evaluate([(X, y)])), Is.EqualTo($"Evaluation, batch 1: {message}"));
    }

    private static string Error(Func<object> run) => Assert.Throws<TrainingException>(() => run())!.Message;

    private static TorchSharp.Modules.Linear Identity()
    {
        var model = nn.Linear(1, 1, hasBias: false);
        using var withoutGradients = no_grad();
        model.weight.fill_(1);
        return model;
    }

    private sealed class Own() : nn.Module<Tensor, Tensor, Tensor>(nameof(Own))
    {
        public bool Reshapes { get; init; }

        public override Tensor forward(Tensor preds, Tensor y) => (preds - (Reshapes ? y.reshape(preds.shape) : y)).pow(2).mean();
    }

    private sealed class InEvaluation : DeepLearningCourse.Models.MyNeuralNetwork
    {
        public readonly TorchSharp.Modules.Linear fc = nn.Linear(3, 1);

        public override Tensor forward(Tensor x) => training ? fc.call(x) : fc.call(x).sigmoid();
    }
}
