using DeepLearningCourse.Data;
using DeepLearningCourse.Models;
using DeepLearningCourse.Optimization;
using DeepLearningCourse.Training;
using DeepLearningCourse.Training.Tuning;
using TorchSharp.Modules;
using static TorchSharp.torch;

namespace DeepLearningCourse.Tests.Training.Tuning;

public sealed class CrossValidationTests : NetworkTest
{
    private readonly List<Small> networks = [];

    [TearDown]
    public void Forget() => networks.Clear();

    [Test]
    public void A_fold_is_what_a_training_by_hand_with_its_seed_gives()
    {
        using InMemoryDataset data = new(randn(30, 2), randint(0, 2, 30).to(float32).unsqueeze(1));
        List<(long Seed, long[] Train, long[] Validation)> seen = [];

        var result = CrossValidation.Run(data, folds: 3, seed: 8, run: fold =>
        {
            seen.Add((fold.Seed, [.. fold.TrainRows], [.. fold.ValidationRows]));
            Assert.That((fold.Number, fold.Count), Is.EqualTo((seen.Count, 3)));
            return Fit(fold);
        });

        using var criterion = nn.BCEWithLogitsLoss();
        var splits = Splits.KFold(30, 3, 8);

        for (var number = 0; number < 3; number++)
        {
            Assert.That((seen[number].Train, seen[number].Validation), Is.EqualTo(splits[number]));
            _ = manual_seed(seen[number].Seed);
            using Small model = new();
            using var optimizer = Optimizers.Adam(model.parameters(), lr: 0.05);
            using DataLoader<(Tensor features, Tensor target)> train = new(data.Subset(splits[number].Train), batchSize: 4, shuffle: true, seed: seen[number].Seed);
            using DataLoader<(Tensor features, Tensor target)> validation = new(data.Subset(splits[number].Test), batchSize: 4);
            Trainer trainer = new(model, criterion, optimizer, Options());
            var history = trainer.Fit(train, validation);

            Assert.That(result.Folds[number].History.TrainLosses, Is.EqualTo(history.TrainLosses));
            Assert.That(result.Folds[number].Evaluation.Loss, Is.EqualTo(trainer.Evaluate(validation).Loss));
        }

        Assert.That(seen.Select(fold => fold.Seed), Is.Unique.And.All.GreaterThanOrEqualTo(0));
        Assert.That(result.Loss.Mean, Is.EqualTo(result.Folds.Average(fold => fold.Evaluation.Loss)).Within(1e-12));
        Assert.That(result.Accuracy!.Value.Mean, Is.EqualTo(result.Folds.Average(fold => fold.Evaluation.Accuracy!.Value)).Within(1e-12));
    }

    [Test]
    public void The_same_seed_gives_the_same_result_and_torchs_generator_goes_on()
    {
        using InMemoryDataset data = new(randn(20, 2), randint(0, 2, 20).to(float32).unsqueeze(1));
        var before = get_rng_state();

        var first = CrossValidation.Run(data, folds: 2, run: Fit);
        Assert.That(get_rng_state().equal(before).all().item<bool>(), Is.True);
        _ = rand(5);
        var second = CrossValidation.Run(data, folds: 2, run: Fit);
        var other = CrossValidation.Run(data, folds: 2, run: Fit, seed: 1);

        Assert.That(second.ToString(), Is.EqualTo(first.ToString()));
        Assert.That(second.Folds.Select(fold => fold.Evaluation.Loss), Is.EqualTo(first.Folds.Select(fold => fold.Evaluation.Loss)));
        Assert.That(other.Loss, Is.Not.EqualTo(first.Loss));
    }

    [Test]
    public void Stratified_folds_have_each_class()
    {
        var labels = cat([zeros(24), ones(6)]);
        using InMemoryDataset data = new(randn(30, 2), labels.unsqueeze(1));
        var rows = Splits.StratifiedKFold(labels, 3, 0);
        List<long[]> seen = [];

        CrossValidation.Run(data, folds: 3, stratifyBy: labels, run: fold =>
        {
            seen.Add([.. fold.ValidationRows]);
            return Fit(fold);
        });

        Assert.That(seen, Is.EqualTo(rows.Select(fold => fold.Test)));
        Assert.That(seen.Select(validation => validation.Count(row => row >= 24)), Is.All.EqualTo(2));
    }

    [Test]
    public void Folds_of_ones_own_are_taken_as_they_are()
    {
        using InMemoryDataset data = new(randn(12, 2), zeros(12, 1));
        (long[], long[])[] inTime = [([0, 1, 2, 3], [4, 5, 6, 7]), ([0, 1, 2, 3, 4, 5, 6, 7], [8, 9, 10, 11])];
        List<FoldResult> told = [];

        var result = CrossValidation.Run(data, inTime, Fit, seed: 3, new Telling(told.Add), CancellationToken.None);

        Assert.That(result.Folds.Select(fold => (fold.Number, fold.Evaluation.Samples)), Is.EqualTo(new[] { (1, 4L), (2, 4L) }));
        Assert.That(told, Is.EqualTo(result.Folds));
    }

    [Test]
    public void Networks_are_disposed_after_each_fold_and_when_one_fails()
    {
        using InMemoryDataset data = new(randn(20, 2), zeros(20, 1));
        CrossValidation.Run(data, folds: 2, run: Fit);
        Assert.That(networks.Select(network => network.IsGone), Is.EqualTo(new[] { true, true }));

        var error = Assert.Throws<IOException>(() => CrossValidation.Run(data, folds: 2, run: fold =>
        {
            if (fold.Number == 2)
            {
                _ = fold.Own(New());
                throw new IOException("The disk is gone.");
            }

            return Fit(fold);
        }));

        Assert.That(error!.Message, Is.EqualTo("The disk is gone."));
        Assert.That(networks, Has.Count.EqualTo(4));
        Assert.That(networks.Select(network => network.IsGone), Is.All.True);
    }

    [Test]
    public void The_average_of_the_weights_is_what_is_evaluated()
    {
        using InMemoryDataset data = new(randn(20, 2), zeros(20, 1));
        using var criterion = nn.BCEWithLogitsLoss();
        List<double> expected = [];

        var result = CrossValidation.Run(data, folds: 2, run: fold =>
        {
            var model = New();
            var average = fold.Own(WeightAverage.Ema(model, 0.9));
            var optimizer = Optimizers.Adam(model.parameters(), lr: 0.05);
            Trainer trainer = new(model, criterion, optimizer, Options() with { Average = average });
            var made = fold.Fit(trainer, Batches(fold.Train, fold.Seed), Batches(fold.Validation, null));
            expected.Add(made.History.ValidationLosses[^1]);
            return made;
        });

        Assert.That(result.Folds.Select(fold => fold.Evaluation.Loss), Is.EqualTo(expected), "as at the last validation");
    }

    [Test]
    public void A_token_ends_it_within_a_fold_and_all_is_disposed()
    {
        using InMemoryDataset data = new(randn(20, 2), zeros(20, 1));
        using CancellationTokenSource source = new();

        Assert.Throws(Is.InstanceOf<OperationCanceledException>(), () => CrossValidation.Run(data, folds: 2, cancellationToken: source.Token, run: fold =>
        {
            if (fold.Number == 2)
            {
                source.Cancel();
            }

            return Fit(fold);
        }));

        Assert.That(networks.Select(network => network.IsGone), Is.EqualTo(new[] { true, true }));
        Assert.Throws(Is.InstanceOf<OperationCanceledException>(), () => CrossValidation.Run(data, folds: 2, cancellationToken: source.Token, run: Fit));
        Assert.That(networks, Has.Count.EqualTo(2), "no fold was begun");
    }

    [Test]
    public void Mean_and_deviation_are_numpys()
    {
        var expected = TuningReference.Root.GetProperty("folds");

        var statistic = FoldStatistic.Of(TuningReference.Numbers(expected, "values"));

        Assert.That(statistic.Mean, Is.EqualTo(expected.GetProperty("mean").GetDouble()).Within(1e-12));
        Assert.That(statistic.StandardDeviation, Is.EqualTo(expected.GetProperty("std").GetDouble()).Within(1e-12));
    }

    [Test]
    public void The_table_has_a_line_for_each_fold_and_the_statistics()
    {
        TrainingHistory history = new();
        history.Add(new EpochResult(1, 0.5, null, TimeSpan.Zero));
        CrossValidationResult result = new([.. new[] { 0.25, 0.75 }.Select((loss, i) =>
            new FoldResult(i + 1, history, new Evaluation(loss, 10, null) { Metrics = new Dictionary<string, double> { ["r2"] = i } }))]);

        Assert.That(result.ToString(), Is.EqualTo(
            """
            fold  epochs  train loss    loss      r2
            ────────────────────────────────────────
            1          1      0.5000  0.2500  0.0000
            2          1      0.5000  0.7500  1.0000
            ────────────────────────────────────────
            mean                      0.5000  0.5000
            std                       0.2500  0.5000
            """.ReplaceLineEndings("\n")));
        Assert.That(result.Accuracy, Is.Null);
        Assert.That(result.Metrics["r2"], Is.EqualTo(new FoldStatistic(0.5, 0.5)));
    }

    [Test]
    public void Mistakes_are_sentences()
    {
        using InMemoryDataset data = new(randn(20, 2), zeros(20, 1));

        Assert.That(() => CrossValidation.Run(data, folds: 1, run: Fit),
            Throws.TypeOf<ArgumentOutOfRangeException>().With.Message.EqualTo("folds is 1: there must be at least 2, and at most one for each of the 20 rows. (Parameter 'folds')"));
        Assert.That(
            Assert.Throws<ArgumentException>(() => CrossValidation.Run(data, folds: 2, stratifyBy: zeros(3), run: Fit))!.Message,
            Does.StartWith("stratifyBy is [3] and the dataset has 20 samples: give the class of each sample."));
        Assert.That(
            Assert.Throws<ArgumentException>(() => CrossValidation.Run(data, [([0], [1])], Fit, 0, null, CancellationToken.None))!.Message,
            Does.StartWith("There are 1 folds, and a mean over folds needs at least 2."));
        Assert.That(() => CrossValidation.Run(data, [([0], [1]), ([2], [20])], Fit, 0, null, CancellationToken.None),
            Throws.TypeOf<ArgumentOutOfRangeException>().With.Message.EqualTo("There is no sample 20: the dataset has 20, numbered from 0 to 19. (Parameter 'indices')"));
        Assert.That(
            Assert.Throws<InvalidOperationException>(() => CrossValidation.Run(data, folds: 2, run: _ => null!))!.Message,
            Is.EqualTo("The function gave no result of fold 1. Return what fold.Fit(trainer, train, validation) gives."));
    }

    private static TrainerOptions Options() => new() { Epochs = 3, ShowProgress = false };

    private static DataLoader<(Tensor features, Tensor target)> Batches(DataSource data, long? seed) => new(data, batchSize: 4, shuffle: seed is not null, seed: seed);

    private Small New()
    {
        networks.Add(new Small());
        return networks[^1];
    }

    private FoldResult Fit(Fold<(Tensor features, Tensor target)> fold)
    {
        var model = fold.Own(New());
        var optimizer = fold.Own(Optimizers.Adam(model.parameters(), lr: 0.05));
        Trainer trainer = new(model, fold.Own(nn.BCEWithLogitsLoss()), optimizer, Options());
        return fold.Fit(trainer, Batches(fold.Train, fold.Seed), Batches(fold.Validation, null));
    }

    private sealed class Telling(Action<FoldResult> tell) : IProgress<FoldResult>
    {
        public void Report(FoldResult value) => tell(value);
    }

    private sealed class Small : MyNeuralNetwork
    {
        public Linear first { get; } = nn.Linear(2, 8);

        public Dropout dropout { get; } = nn.Dropout(0.2);

        public Linear last { get; } = nn.Linear(8, 1);

        public bool IsGone => first.weight.IsInvalid;

        public override Tensor forward(Tensor x) => last.call(dropout.call(first.call(x).relu()));
    }
}
