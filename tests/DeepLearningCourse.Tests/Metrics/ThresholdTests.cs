using System.Text.Json;
using DeepLearningCourse.Metrics;
using DeepLearningCourse.Tests.Training.Tuning;
using static TorchSharp.torch;

namespace DeepLearningCourse.Tests.Metrics;

public sealed class ThresholdTests : TensorTest
{
    private static readonly Dictionary<ThresholdGoal, string> Names = new()
    {
        [ThresholdGoal.F1] = "f1",
        [ThresholdGoal.Youden] = "youden",
        [ThresholdGoal.Accuracy] = "accuracy",
        [ThresholdGoal.BalancedAccuracy] = "balanced",
        [ThresholdGoal.MatthewsCorrelation] = "matthews",
    };

    [Test]
    public void The_table_is_scikit_learns([Range(0, 3)] int number, [Values] ThresholdGoal goal)
    {
        var (expected, probabilities, targets) = Case(number);
        var rows = expected.GetProperty("rows").EnumerateArray().ToList();

        var choice = Thresholds.Best(probabilities, targets, goal);

        Assert.That(choice.Table, Has.Count.EqualTo(rows.Count + 1));
        Assert.That(choice.Table[^1].Threshold, Is.EqualTo(double.PositiveInfinity));
        Assert.That(choice.Table.SkipLast(1).Select(point => point.Threshold), Is.EqualTo(Column("threshold")));
        Assert.That(choice.Values.SkipLast(1), Is.EqualTo(Column(Names[goal])).Within(1e-12));
        Assert.That(choice.Table.SkipLast(1).Select(point => point.Precision), Is.EqualTo(Column("precision")).Within(1e-12));
        Assert.That(choice.Table.SkipLast(1).Select(point => point.Recall), Is.EqualTo(Column("recall")).Within(1e-12));
        Assert.That(choice.Value, Is.EqualTo(choice.Values.Max()));

        double[] Column(string name) => [.. rows.Select(row => row.GetProperty(name).GetDouble())];
    }

    [Test]
    public void The_best_is_that_of_trying_all_by_hand([Range(0, 3)] int number)
    {
        var (_, probabilities, targets) = Case(number);
        double[] scores = [.. probabilities.data<double>()];
        double[] truths = [.. targets.to(float64).data<double>()];
        double Cost(ConfusionMatrix matrix) => -(5 * matrix[1, 0]) - matrix[0, 1];

        var choice = Thresholds.Best(probabilities, targets, Cost);

        var best = scores.Distinct().Append(double.PositiveInfinity)
            .Select(threshold => (Threshold: threshold, Value: -scores.Zip(truths).Sum(pair => (pair.First >= threshold, pair.Second) switch
            {
                (true, 0) => 1.0,
                (false, 1) => 5.0,
                _ => 0.0,
            })))
            .OrderByDescending(one => one.Value).ThenBy(one => Math.Abs(one.Threshold - 0.5)).ThenBy(one => one.Threshold).First();
        Assert.That((choice.Threshold, choice.Value), Is.EqualTo(best));
    }

    [Test]
    public void The_labels_of_the_threshold_have_the_value_that_was_said()
    {
        var probabilities = rand(300);
        var targets = (probabilities + (0.5 * rand(300))).gt(0.8);

        var choice = Thresholds.Best(probabilities, targets, ThresholdGoal.Accuracy);

        // float32 against the threshold, as PredictLabels compares.
        var accuracy = probabilities.ge(choice.Threshold).eq(targets).to(float64).mean().item<double>();
        Assert.That(accuracy, Is.EqualTo(choice.Value).Within(1e-12));
    }

    [Test]
    public void Samples_of_one_probability_fall_on_one_side_together()
    {
        var table = Thresholds.Table(tensor(new[] { 0.5, 0.5, 0.5, 0.2 }), tensor(new[] { 1, 0, 1, 0 }));

        Assert.That(table, Is.EqualTo(new ThresholdPoint[] { new(0.2, 2, 2, 0, 0), new(0.5, 2, 1, 1, 0), new(double.PositiveInfinity, 0, 0, 2, 2) }));
    }

    [Test]
    public void Of_equally_good_thresholds_the_nearest_to_a_half_is_taken()
    {
        var probabilities = tensor(new[] { 0.1, 0.4, 0.7, 0.9 });

        // All are ones: each threshold up to 0.1 is right, the accuracy falls above.
        Assert.That(Thresholds.Best(probabilities, ones(4), _ => 1).Threshold, Is.EqualTo(0.4));
        Assert.That(Thresholds.Best(tensor(new[] { 0.25, 0.75 }), ones(2), _ => 1).Threshold, Is.EqualTo(0.25));
        Assert.That(Thresholds.Best(probabilities, ones(4), ThresholdGoal.Accuracy).Threshold, Is.EqualTo(0.1));
        Assert.That(Thresholds.Best(probabilities, zeros(4), ThresholdGoal.Accuracy).Threshold, Is.EqualTo(double.PositiveInfinity));
    }

    [Test]
    public void Precision_is_best_among_thresholds_of_enough_recall_and_the_other_way_round([Range(0, 2)] int number, [Values(0, 0.5, 0.9, 1)] double least)
    {
        var (expected, probabilities, targets) = Case(number);
        var rows = expected.GetProperty("rows").EnumerateArray().Select(row => (P: row.GetProperty("precision").GetDouble(), R: row.GetProperty("recall").GetDouble())).ToList();

        var precise = Thresholds.BestPrecision(probabilities, targets, least);

        Assert.That(precise.Value, Is.EqualTo(rows.Where(row => row.R >= least).Max(row => row.P)).Within(1e-12));
        Assert.That(precise.At.Recall, Is.GreaterThanOrEqualTo(least));

        if (rows.Any(row => row.P >= least))
        {
            var complete = Thresholds.BestRecall(probabilities, targets, least);
            Assert.That(complete.Value, Is.EqualTo(rows.Where(row => row.P >= least).Max(row => row.R)).Within(1e-12));
            Assert.That(complete.At.Precision, Is.GreaterThanOrEqualTo(least));
        }
    }

    [Test]
    public void Each_label_has_a_threshold_of_its_own()
    {
        var probabilities = rand(60, 3);
        var targets = (probabilities + (0.6 * rand(60, 3))).gt(tensor(new[] { 0.5, 0.8, 1.1 })).to(float32);

        var choices = Thresholds.BestPerLabel(probabilities, targets, ThresholdGoal.Youden);

        for (var label = 0; label < 3; label++)
        {
            var alone = Thresholds.Best(probabilities.select(1, label), targets.select(1, label), ThresholdGoal.Youden);
            Assert.That((choices[label].Threshold, choices[label].Value), Is.EqualTo((alone.Threshold, alone.Value)));
        }

        Assert.That(choices.Select(choice => choice.Threshold), Is.Unique);
    }

    [Test]
    public void Figures_of_nothing_are_0()
    {
        ThresholdPoint none = new(double.PositiveInfinity, 0, 0, 3, 0);

        Assert.That((none.Precision, none.Recall, none.F1, none.Specificity, none.Accuracy, none.MatthewsCorrelation), Is.EqualTo((0.0, 0.0, 0.0, 1.0, 1.0, 0.0)));
        Assert.That((none.Youden, none.BalancedAccuracy), Is.EqualTo((0.0, 0.5)));
    }

    [Test]
    public void The_table_marks_the_best_and_leaves_lines_out()
    {
        var few = Thresholds.Best(tensor(new[] { 0.2, 0.8 }), tensor(new[] { 0, 1 }), ThresholdGoal.F1);
        var many = Thresholds.Best(linspace(0, 1, 1000), linspace(0, 1, 1000).gt(0.5), ThresholdGoal.F1);

        Assert.That(few.ToString(), Is.EqualTo(
            """
              threshold     value  precision    recall  accuracy
                 0.2000    0.6667     0.5000    1.0000    0.5000
            *    0.8000    1.0000     1.0000    1.0000    1.0000
                      ∞    0.0000     0.0000    0.0000    0.5000
            """.ReplaceLineEndings("\n")));
        Assert.That(many.ToString().Split('\n'), Has.Length.InRange(20, 24));
        Assert.That(many.ToString(), Does.Contain("\n*"));
    }

    [Test]
    public void Mistakes_are_sentences()
    {
        static string Message(Action choose) => Assert.Catch<ArgumentException>(() => choose())!.Message;

        Assert.That(Message(() => Thresholds.Table(zeros(3), zeros(2))), Does.StartWith("There are 3 probabilities for 2 targets"));
        Assert.That(Message(() => Thresholds.Table(zeros(0), zeros(0))), Does.StartWith("There are 0 probabilities"));
        Assert.That(Message(() => Thresholds.Table(zeros(3, 2), zeros(6))), Does.StartWith("The probabilities are [3, 2], and a threshold is for one of them a sample"));
        Assert.That(Message(() => Thresholds.Table(tensor(new[] { 0, double.NaN }), zeros(2))), Does.StartWith("The probability of sample 1 is NaN. Did the training diverge?"));
        Assert.That(Message(() => Thresholds.Table(zeros(2), full(2, 2.0))), Does.StartWith("The target of sample 0 is 2."));
        Assert.That(Message(() => Thresholds.BestPrecision(zeros(2), zeros(2), 1.5)), Does.StartWith("minRecall is 1.5, and it is a share: from 0 to 1."));
        Assert.That(Message(() => Thresholds.BestPrecision(zeros(2), zeros(2), 0.5)), Does.StartWith("No target is 1"));
        Assert.That(Message(() => Thresholds.BestRecall(zeros(2), zeros(2), 0.5)), Does.StartWith("No threshold has a precision of 0.5."));
        Assert.That(Message(() => Thresholds.Best(zeros(2), zeros(2), _ => double.NaN)), Does.StartWith("The function gives NaN for all thresholds."));
        Assert.That(Message(() => Thresholds.BestPerLabel(zeros(3, 2), zeros(3, 1))), Does.StartWith("The probabilities are [3, 2] and the targets [3, 1]"));
        Assert.That(Message(() => Thresholds.BestPerLabel(cat([zeros(3, 1), full(3, 1, float.NaN)], 1), zeros(3, 2))), Does.StartWith("The probability of label 1 of sample 0 is NaN."));
    }

    private static (JsonElement Expected, Tensor Probabilities, Tensor Targets) Case(int number)
    {
        var expected = TuningReference.Root.GetProperty("thresholds")[number];
        return (expected, tensor(TuningReference.Numbers(expected, "probabilities")), tensor(TuningReference.Numbers(expected, "targets")).to(int64));
    }
}
