using DeepLearningCourse.Metrics;
using static TorchSharp.torch;

namespace DeepLearningCourse.Tests.Metrics;

/// <summary>What shapes, dtypes and passed over targets mean.</summary>
public sealed class MetricShapeTests : TensorTest
{
    private static readonly Func<Metric>[] OfClasses =
    [
        () => new Accuracy(), () => new Accuracy(topK: 2), () => new F1Score(Averaging.Macro), () => new MatthewsCorrelation(),
        () => new ConfusionMatrixMetric(4), () => new RocAuc(Averaging.Macro), () => new AveragePrecision(Averaging.Weighted), () => new LogLoss(), () => new Perplexity(),
    ];

    [TestCaseSource(nameof(OfClasses))]
    public void Positions_of_a_sample_count_as_samples_do(Func<Metric> make)
    {
        var scores = rand(6, 4, 5, 3).softmax(1);
        var targets = randint(0, 4, [6, 5, 3]);
        var (byPosition, bySample) = (make(), make());

        byPosition.Add(scores, targets);
        bySample.Add(scores.permute(0, 2, 3, 1).reshape(-1, 4), targets.reshape(-1));

        Assert.That(byPosition.Value, Is.EqualTo(bySample.Value).Within(1e-12));
        Assert.That(byPosition.Value, Is.Not.NaN);
    }

    [TestCaseSource(nameof(OfClasses))]
    public void Ignored_targets_are_passed_over(Func<Metric> make)
    {
        var scores = rand(12, 4).softmax(1);
        var targets = arange(12).remainder(4);
        var (without, with) = (make(), make());
        without.Add(scores[..8], targets[..8]);

        with.Add(scores, cat([targets[..8], full([4], -100, dtype: ScalarType.Int64)]));

        Assert.That(with.State, Is.EqualTo(without.State));
        with.Reset();
        with.Add(scores[..3], full([3], -100f));
        Assert.That(with.Value, Is.NaN, "nothing was counted");
    }

    [Test]
    public void The_target_to_be_ignored_can_be_chosen()
    {
        var scores = tensor(new[] { 0.1f, 0.7f, 0.2f, 0.8f, 0.1f, 0.1f }).reshape(2, 3);
        Accuracy accuracy = new(ignoreIndex: 0);
        F1Score f1 = new(Averaging.Macro, ignoreIndex: 2);

        accuracy.Add(scores, tensor(new[] { 1L, 0L }));
        f1.Add(tensor(new[] { 1L, -7L, 0L }), tensor(new[] { 1L, 2L, 1L }));

        Assert.That(accuracy.Value, Is.EqualTo(1));
        Assert.That(f1.Value, Is.EqualTo(((2.0 / 3) + 0) / 2).Within(1e-12));
    }

    [Test]
    public void Labels_of_positions_are_in_dimension_1()
    {
        var answers = rand(5, 3, 4);
        var targets = rand(5, 3, 4).ge(0.5);
        var (rows, truths) = (answers.permute(0, 2, 1).reshape(-1, 3), targets.permute(0, 2, 1).reshape(-1, 3));
        Func<Metric>[] makers =
        [
            () => new Accuracy(), () => new Accuracy(perLabel: true), () => new F1Score(Averaging.Weighted), () => new RocAuc(Averaging.Macro),
            () => new AveragePrecision(Averaging.Macro),
        ];
        foreach (var make in makers)
        {
            var (byPosition, bySample) = (make(), make());
            byPosition.Add(answers, targets);
            bySample.Add(rows, truths.to(ScalarType.Float32));

            Assert.That(byPosition.State, Is.EqualTo(bySample.State), byPosition.Name);
        }
    }

    [Test]
    public void Ignored_labels_are_neither_right_nor_wrong()
    {
        var answers = tensor(new[] { 0.9, 0.2, 0.9, 0.9, 0.1, 0.1 }).reshape(3, 2);
        var targets = tensor(new[] { 1L, -100L, 1L, 0L, -100L, -100L }).reshape(3, 2);
        Accuracy whole = new();
        Accuracy perLabel = new(perLabel: true);
        RocAuc area = new(Averaging.Micro);
        foreach (var metric in new Metric[] { whole, perLabel, area })
        {
            metric.Add(answers, targets);
        }

        Assert.That(whole.Value, Is.EqualTo(1 / 2.0));
        Assert.That(perLabel.Value, Is.EqualTo(2 / 3.0));
        Assert.That(area.Value, Is.EqualTo(0.5));
    }

    [Test]
    public void A_probability_at_the_threshold_is_a_yes_in_its_own_precision()
    {
        Accuracy half = new();
        Accuracy higher = new(threshold: 0.7);
        half.Add(tensor(new[] { 0.5f, 0.49999997f }), tensor(new[] { 1L, 0L }));
        higher.Add(tensor(new[] { 0.7f, 0.5f }), tensor(new[] { true, false }));
        higher.Add(tensor(new[] { 0.7f, 0.5f }).to(ScalarType.BFloat16).unsqueeze(1), tensor(new[] { 1f, 0f }));

        Assert.That(half.Value, Is.EqualTo(1));
        Assert.That(higher.Value, Is.EqualTo(1));
    }

    [Test]
    public void Of_equal_scores_the_first_class_is_predicted()
    {
        Accuracy accuracy = new();
        accuracy.Add(full([4, 3], 1 / 3f), tensor(new[] { 0L, 1L, 2L, 0L }));

        Assert.That(accuracy.Value, Is.EqualTo(0.5));
    }

    [Test]
    public void Logits_and_log_probabilities_have_the_perplexity_of_their_probabilities()
    {
        var logits = randn(8, 6, 4) * 3;
        var targets = randint(0, 6, [8, 4]);
        Perplexity probabilities = new();
        Perplexity logProbabilities = new(logProbabilities: true);
        Perplexity halves = new(logProbabilities: true);
        probabilities.Add(logits.softmax(1), targets);
        logProbabilities.Add(logits[..5], targets[..5]);
        logProbabilities.Add(logits[5..].log_softmax(1), targets[5..]);
        halves.Add(logits.to(ScalarType.BFloat16), targets);

        var loss = nn.functional.cross_entropy(logits.to(ScalarType.Float64), targets).item<double>();
        Assert.That(probabilities.Value, Is.EqualTo(Math.Exp(loss)).Within(1e-3).Percent);
        Assert.That(logProbabilities.Value, Is.EqualTo(Math.Exp(loss)).Within(1e-3).Percent);
        Assert.That(halves.Value, Is.EqualTo(Math.Exp(loss)).Within(4).Percent, "bfloat16 keeps eight bits of a logit");
        Assert.That(probabilities.Input, Is.EqualTo(MetricInput.Probabilities));
        Assert.That(logProbabilities.Input, Is.EqualTo(MetricInput.Outputs));
    }

    [Test]
    public void Two_columns_are_the_yes_or_no_question_of_class_1()
    {
        var yes = rand(20);
        var targets = randint(0, 2, [20]);
        Func<Metric>[] makers = [() => new RocAuc(), () => new AveragePrecision(), () => new AveragePrecision(Averaging.Macro), () => new F1Score()];
        foreach (var make in makers)
        {
            var (one, two) = (make(), make());
            one.Add(yes, targets);
            two.Add(stack([1 - yes, yes], 1), targets);

            Assert.That(two.Value, Is.EqualTo(one.Value), one.Name);
        }
    }

    [Test]
    public void Values_of_positions_belong_to_the_output_in_dimension_1()
    {
        var (values, predictions) = (randn(7, 2, 5) * 3, randn(7, 2, 5));
        R2Score byPosition = new();
        R2Score bySample = new();
        byPosition.Add(predictions, values);
        bySample.Add(predictions.permute(0, 2, 1).reshape(-1, 2), values.permute(0, 2, 1).reshape(-1, 2));

        Assert.That(byPosition.PerOutput, Has.Count.EqualTo(2));
        Assert.That(byPosition.PerOutput, Is.EqualTo(bySample.PerOutput).Within(1e-12));
    }

    [Test]
    public void A_constant_target_has_no_variance_in_whatever_batches_it_comes()
    {
        R2Score r2 = new();
        foreach (var size in new[] { 3, 7, 1, 6 })
        {
            r2.Add(full([size], 0.2), full([size], 0.1));
        }

        Assert.That(r2.State["squares"], Is.EqualTo(new[] { 0.0 }));
        Assert.That(r2.Value, Is.Zero);
    }

    [Test]
    public void NaN_among_values_shows_in_the_error()
    {
        foreach (var metric in new Metric[] { new MeanSquaredError(), new MeanAbsoluteError(), new RootMeanSquaredError(), new R2Score() })
        {
            metric.Add(tensor(new[] { 1.0, double.NaN, 2.0 }), tensor(new[] { 1.0, 2.0, 3.0 }));

            Assert.That(metric.Value, Is.NaN, metric.Name);
        }
    }

    [Test]
    public void Class_numbers_without_a_number_of_classes_make_room_as_they_come()
    {
        F1Score f1 = new(Averaging.Macro);
        f1.Add(tensor(new[] { 0L, 1L }), tensor(new[] { 0L, 1L }));
        F1Score more = new(Averaging.Macro);
        more.Add(tensor(new byte[] { 5, 1 }), tensor(new[] { 5, 5 }));

        f1.Merge(more);

        Assert.That(f1.PerClass, Is.EqualTo(new[] { 1, 2 / 3.0, 0, 0, 0, 2 / 3.0 }).Within(1e-12));
        Assert.That(f1.Value, Is.EqualTo((1 + (2 / 3.0) + (2 / 3.0)) / 3).Within(1e-12));
    }

    [Test]
    public void Views_and_memory_in_another_order_are_read_right()
    {
        var scores = rand(3, 10);
        var targets = randint(0, 3, [10, 2]);
        Accuracy view = new();
        Accuracy copy = new();
        view.Add(scores.t(), targets[TensorIndex.Colon, 1]);
        copy.Add(scores.t().contiguous(), targets[TensorIndex.Colon, 1].contiguous());

        Assert.That(view.State, Is.EqualTo(copy.State));
    }
}
