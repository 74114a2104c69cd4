using System.Text.Json;
using DeepLearningCourse.Optimization;
using DeepLearningCourse.Tests.Data;
using DeepLearningCourse.Training;
using DeepLearningCourse.Training.Callbacks;
using static TorchSharp.torch;

namespace DeepLearningCourse.Tests.Training;

/// <summary>Losses of evaluations and epochs against those of PyTorch for all samples in one batch, recorded by make_evaluation.py.</summary>
public sealed class EvaluationFiguresTests : NetworkTest
{
    private const double Float64 = 1e-12;

    private static readonly int[] BatchSizes = [1, 2, 3, 5, 7, 12];

    private static readonly JsonElement[] Cases = [.. JsonDocument.Parse(File.ReadAllText(Reference.PathOf("evaluation.json"))).RootElement.EnumerateArray()];

    private static IEnumerable<string> Names => Cases.Select(one => one.GetProperty("name").GetString()!).Where(name => !name.EndsWith("smoothing", StringComparison.Ordinal));

    [TestCaseSource(nameof(Names))]
    public void An_evaluation_gives_the_loss_of_the_whole_however_it_is_cut(string name)
    {
        var data = Case(name);

        foreach (var batchSize in BatchSizes)
        {
            var evaluation = Run(name, data, trainer => trainer.Evaluate(Cut(data, batchSize)));

            Assert.That(evaluation.Loss, Is.EqualTo(data.Loss).Within(Float64 * 100).Percent, $"batches of {batchSize}");
            Assert.That(evaluation.Samples, Is.EqualTo(12));
        }
    }

    [TestCaseSource(nameof(Names))]
    public void An_epoch_gives_the_loss_of_the_whole_however_it_is_cut(string name)
    {
        var data = Case(name);

        foreach (var batchSize in BatchSizes)
        {
            var history = Run(name, data, trainer => trainer.Fit(Cut(data, batchSize), Cut(data, 5)));

            Assert.That(history.TrainLosses, Is.EqualTo(new[] { data.Loss }).Within(Float64 * 100).Percent, $"batches of {batchSize}");
            Assert.That(history.ValidationLosses, Is.EqualTo(new[] { data.Loss }).Within(Float64 * 100).Percent);
        }
    }

    [Test]
    public void A_run_that_goes_on_within_an_epoch_gives_the_loss_of_the_whole()
    {
        using TemporaryFolder folder = new();
        using var criterion = nn.CrossEntropyLoss(tensor([0.5, 3.0, 1.25]));
        var data = Case("weight and ignored");
        var batches = Cut(data, 3);
        using var model = Same(data);
        using var optimizer = Optimizers.SGD(model.parameters(), lr: 0);
        Spy stopping = new() { StepEnded = (run, step) => { if (step.Step == 2) { run.Stop(); } } };

        _ = new Trainer(model, criterion, optimizer, Quiet with { Callbacks = [new Checkpoint(folder.FullName), stopping] }).Fit(batches);
        var history = new Trainer(model, criterion, optimizer, Quiet with { Callbacks = [new Checkpoint(folder.FullName)] }).Fit(batches, resume: ResumeFrom.Auto);

        Assert.That(history.ResumedFrom, Is.Not.Null);
        Assert.That(history.TrainLosses, Is.EqualTo(new[] { data.Loss }).Within(Float64 * 100).Percent);
    }

    [Test]
    public void Targets_are_counted_however_they_lie_in_memory()
    {
        var data = Case("tokens");
        var lying = data with { Y = data.Y.t().contiguous().t() };

        Assert.That(Run("tokens", lying, trainer => trainer.Evaluate(Cut(lying, 5))).Loss, Is.EqualTo(data.Loss).Within(Float64 * 100).Percent);
    }

    [Test]
    public void A_first_batch_of_classes_with_weight_0_may_be_trained_on()
    {
        using var criterion = nn.CrossEntropyLoss(tensor([0.0, 1.0, 1.0]));
        var data = Case("weight 0") with { Y = tensor([0L, 0, 2, 0, 1, 2, 1, 1, 2, 2, 1, 1]) };

        var history = Run(criterion, data, trainer => trainer.Fit(Cut(data, 2)));

        Assert.That(history.Warnings, Does.Contain(
            "Epoch 1, batch 1: all 2 targets of the batch are of classes with weight 0 in CrossEntropyLoss, so its mean is 0 / 0. "
            + "The batch has no part in the losses, and its gradients are 0."));
        Assert.That(history.TrainLosses[0], Is.Positive);
    }

    [Test]
    public void A_sum_is_a_mean_over_samples_however_it_is_cut()
    {
        using var criterion = nn.CrossEntropyLoss(tensor([0.5, 3.0, 1.25]), reduction: nn.Reduction.Sum);
        var data = Case("weight and ignored");
        var whole = criterion.call(data.X, data.Y).item<double>() / 12;

        foreach (var batchSize in BatchSizes)
        {
            Assert.That(Run(criterion, data, trainer => trainer.Evaluate(Cut(data, batchSize))).Loss, Is.EqualTo(whole).Within(Float64 * 100).Percent);
            Assert.That(Run(criterion, data, trainer => trainer.Fit(Cut(data, batchSize))).TrainLosses, Is.EqualTo(new[] { whole }).Within(Float64 * 100).Percent);
        }
    }

    [Test]
    public void A_step_function_says_what_its_mean_was_divided_by([Values("smoothing", "weight and smoothing")] string name)
    {
        var data = Case(name);
        var weights = name == "smoothing" ? ones(3, float64) : tensor([0.5, 3.0, 1.25]);
        using var model = Same(data);
        using var optimizer = optim.SGD(model.parameters(), 0);
        Trainer<(Tensor X, Tensor Y)> trainer = new(model, Smoothed, optimizer, Quiet);

        StepOutput Smoothed((Tensor X, Tensor Y) batch) => new(nn.functional.cross_entropy(model.call(batch.X), batch.Y, weights, -100, nn.Reduction.Mean, 0.2))
        {
            Weight = weights[batch.Y[batch.Y.ne(-100)]].sum().item<double>(),
        };

        foreach (var batchSize in BatchSizes)
        {
            Assert.That(trainer.Evaluate(Cut(data, batchSize)).Loss, Is.EqualTo(data.Loss).Within(Float64 * 100).Percent);
            Assert.That(trainer.Fit(Cut(data, batchSize)).TrainLosses, Is.EqualTo(new[] { data.Loss }).Within(Float64 * 100).Percent);
        }
    }

    [Test, Attack]
    public void Batches_are_cut_in_every_way()
    {
        var (largest, runs) = (0.0, 0);

        foreach (var name in Names)
        {
            var data = Case(name);

            foreach (var first in new[] { 1, 6 })
            {
                for (var batchSize = 1; batchSize <= 12; batchSize++)
                {
                    var loss = Run(name, data, trainer => trainer.Evaluate(Cut(data, batchSize, first))).Loss;
                    largest = Math.Max(largest, Math.Abs(loss - data.Loss) / data.Loss);
                    runs++;
                }
            }
        }

        Assert.That(largest, Is.LessThan(Float64));
        AttackRecords.Add(
            "Figures", $"{Names.Count()} losses (class weights, ignored targets, tokens, regression) evaluated over 12 samples in {runs} cuts into batches",
            FormattableString.Invariant($"farthest from PyTorch's loss of all samples at once: {largest:0.#e+0}, relative, in float64"));
    }

    [Test]
    public void A_batch_of_ignored_targets_alone_changes_nothing_and_is_told()
    {
        using var criterion = nn.CrossEntropyLoss();
        using var model = nn.Linear(3, 3, dtype: float64);
        using var optimizer = optim.SGD(model.parameters(), 0.1);
        var data = Case("ignored");
        List<double> losses = [];
        List<double[]> weights = [];
        Spy spy = new() { StepEnded = (_, step) => { losses.Add(step.Loss); weights.Add(model.weight.data<double>().ToArray()); } };

        var history = new Trainer(model, criterion, optimizer, Quiet with { Callbacks = [spy] }).Fit(Cut(data, 1));

        Assert.That(history.Warnings, Does.Contain(
            "Epoch 1, batch 5: the only target of the batch is -100, which CrossEntropyLoss ignores, so its mean is 0 / 0. The batch has no part in the losses, and its gradients are 0."));
        Assert.That(weights[4..7], Is.All.EqualTo(weights[3]), "after samples 4 to 6");
        Assert.That(losses[4..7], Is.All.EqualTo(losses[3]));
        Assert.That(weights[7], Is.Not.EqualTo(weights[3]));
        Assert.That(history.TrainLosses[0], Is.Not.NaN);
    }

    [Test]
    public void A_batch_of_classes_with_weight_0_is_told()
    {
        using var criterion = nn.CrossEntropyLoss(tensor([0.0, 1.0, 1.0]));
        var data = Case("weight 0") with { Y = tensor([1L, 0, 2, 0, 1, 2, 1, 1, 2, 2, 1, 1]) };

        var history = Run(criterion, data, trainer => trainer.Fit(Cut(data, 1)));

        Assert.That(history.Warnings, Does.Contain(
            "Epoch 1, batch 2: the only target of the batch is of classes with weight 0 in CrossEntropyLoss, so its mean is 0 / 0. "
            + "The batch has no part in the losses, and its gradients are 0."));
    }

    [Test]
    public void Gradients_of_several_batches_pass_over_one_that_counts_nothing()
    {
        using var criterion = nn.CrossEntropyLoss();
        var data = Case("ignored");

        var parts = Trained(data, criterion, 1, batchesPerStep: 12);
        var whole = Trained(data, criterion, 12, batchesPerStep: 1);

        Assert.That(parts, Is.EqualTo(whole).Within(Float64 * 100).Percent);
    }

    [Test]
    public void A_first_batch_of_which_nothing_counts_does_not_end_an_evaluation()
    {
        var data = Case("ignored");
        var batches = Cut(data, 1);
        batches.Reverse(0, 5);

        var evaluation = Run("ignored", data, trainer => trainer.Evaluate(batches));

        Assert.That(evaluation.Loss, Is.EqualTo(data.Loss).Within(Float64 * 100).Percent);
        Assert.That(evaluation.ConfusionMatrix!.Total, Is.EqualTo(8), "targets that count");
    }

    [Test]
    public void Data_of_which_nothing_counts_has_no_loss()
    {
        using var criterion = nn.CrossEntropyLoss();
        var data = Case("ignored") with { Y = full(12, -100L) };

        var evaluation = Assert.Throws<TrainingException>(() => Run(criterion, data, trainer => trainer.Evaluate(Cut(data, 5))));
        var training = Assert.Throws<TrainingException>(() => Run(criterion, data, trainer => trainer.Fit(Cut(data, 5)), Quiet with { CheckFirstBatch = false }));

        const string Rest = " data has 12 samples, and the loss counts none of their targets: all are the ignored index or of classes with weight 0, so their mean is 0 / 0. "
            + "Look at the targets, and at ignore_index and weight of the criterion.";
        Assert.That(evaluation!.Message, Is.EqualTo("The evaluation" + Rest));
        Assert.That(training!.Message, Is.EqualTo("The training" + Rest));
    }

    private static readonly TrainerOptions Quiet = new() { Epochs = 1, ShowProgress = false, Threads = 1 };

    private static double[] Trained(Data data, nn.IModule<Tensor, Tensor, Tensor> criterion, int batchSize, int batchesPerStep)
    {
        using var model = Same(data);
        using var optimizer = optim.SGD(model.parameters(), 0.1);
        _ = new Trainer(model, criterion, optimizer, Quiet with { BatchesPerStep = batchesPerStep }).Fit(Cut(data, batchSize));
        return model.parameters().First().data<double>().ToArray();
    }

    private static TResult Run<TResult>(string name, Data data, Func<Trainer, TResult> run)
    {
        using var criterion = Criterion(name);
        return Run((nn.IModule<Tensor, Tensor, Tensor>)criterion, data, run);
    }

    private static TResult Run<TResult>(nn.IModule<Tensor, Tensor, Tensor> criterion, Data data, Func<Trainer, TResult> run, TrainerOptions? options = null)
    {
        using var scope = NewDisposeScope();
        using var model = Same(data);
        using var optimizer = optim.SGD(model.parameters(), 0);
        return run(new Trainer(model, criterion, optimizer, options ?? Quiet));
    }

    /// <summary>A network that gives what it gets.</summary>
    private static TorchSharp.Modules.Linear Same(Data data)
    {
        var size = data.X.shape[^1];
        var model = nn.Linear(size, size, hasBias: false, dtype: float64);
        using var withoutGradients = no_grad();
        model.weight.copy_(eye(size, dtype: float64));
        return model;
    }

    private static nn.Module Criterion(string name)
    {
        var weight = tensor([0.5, 3.0, 1.25]);
        return name switch
        {
            "weight" or "weight and ignored" or "weight and tokens" or "probabilities" => nn.CrossEntropyLoss(weight),
            "ignored" or "tokens" => nn.CrossEntropyLoss(),
            "ignore_index" => nn.CrossEntropyLoss(ignore_index: 2),
            "weight 0" => nn.CrossEntropyLoss(tensor([0.0, 1.0, 2.0])),
            "nll" => nn.NLLLoss(weight),
            "nll tokens" => nn.NLLLoss(),
            "pos_weight" => nn.BCEWithLogitsLoss(pos_weights: weight),
            "mse" => nn.MSELoss(),
            "huber" => nn.HuberLoss(),
            _ => throw new ArgumentOutOfRangeException(nameof(name), name, "No such case."),
        };
    }

    private static Data Case(string name)
    {
        var record = Array.Find(Cases, one => one.GetProperty("name").GetString() == name);
        var y = Numbers(record, "targets", "targetShape");
        return new(Numbers(record, "scores", "shape"), record.GetProperty("targets")[0].GetRawText().Contains('.') ? y : y.to(int64), record.GetProperty("loss").GetDouble());
    }

    private static Tensor Numbers(JsonElement record, string values, string shape) =>
        tensor(record.GetProperty(values).EnumerateArray().Select(number => number.GetDouble()).ToArray())
            .reshape([.. record.GetProperty(shape).EnumerateArray().Select(extent => extent.GetInt64())]);

    /// <summary>Batches of a size, the first of another.</summary>
    private static List<(Tensor X, Tensor Y)> Cut(Data data, int batchSize, int? first = null)
    {
        List<(Tensor, Tensor)> batches = [];

        for (int start = 0, size = first ?? batchSize; start < 12; start += size, size = batchSize)
        {
            var count = Math.Min(size, 12 - start);
            batches.Add((data.X.narrow(0, start, count), data.Y.narrow(0, start, count)));
        }

        return batches;
    }

    private sealed record Data(Tensor X, Tensor Y, double Loss);
}
