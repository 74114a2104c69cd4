using DeepLearningCourse.Metrics;
using static TorchSharp.torch;

namespace DeepLearningCourse.Tests.Metrics;

/// <summary>What metrics refuse, and what they say.</summary>
public sealed class MetricErrorTests : TensorTest
{
    [Test]
    public void Shapes_that_do_not_fit_are_named()
    {
        Accuracy accuracy = new();

        Assert.That(
            () => accuracy.Add(rand(4, 3), zeros(5, ScalarType.Int64)),
            Throws.ArgumentException.With.Message.StartsWith("Predictions [4, 3] (Float32) do not fit targets [5]."));
        Assert.That(() => accuracy.Add(rand(4), zeros(2, 2)),
            Throws.ArgumentException.With.Message.EqualTo("Predictions [4] (Float32) do not fit targets [2, 2]. Class numbers and probabilities of yes have the shape of the targets, scores [batch, classes, ...] go with targets [batch, ...], and several labels per sample with targets of the same shape. (Parameter 'predictions')"));
        Assert.That(() => accuracy.Add(zeros([4], ScalarType.Int64), zeros([4, 2], ScalarType.Int64)),
            Throws.ArgumentException.With.Message.EqualTo("Predictions [4] (Int64) do not fit targets [4, 2]. Class numbers and probabilities of yes have the shape of the targets, scores [batch, classes, ...] go with targets [batch, ...], and several labels per sample with targets of the same shape. (Parameter 'predictions')"));
        Assert.That(() => accuracy.Add(tensor(0.5), tensor(1L)), Throws.ArgumentException.With.Message.StartsWith("The tensor is a single number"));
        Assert.That(() => accuracy.Add(zeros([2], ScalarType.ComplexFloat32), zeros([2])), Throws.ArgumentException.With.Message.Contains("complex"));
        Assert.That(() => accuracy.Add(null!, zeros(1)),
            Throws.ArgumentNullException.With.Message.EqualTo("Value cannot be null. (Parameter 'predictions')"));
        Assert.That(
            () => new MeanSquaredError().Add(rand(4, 2), rand(4)),
            Throws.ArgumentException.With.Message.StartsWith("Predictions [4, 2] do not fit targets [4]: there must be one predicted value"));
        Assert.That(accuracy.Value, Is.NaN);
    }

    [Test]
    public void A_score_for_yes_or_no_questions_names_the_averages_for_more_classes() => Assert.That(
        () => new F1Score().Add(rand(4, 10), zeros(4, ScalarType.Int64)),
        Throws.ArgumentException.With.Message.EqualTo(
            "'f1' is for one yes-or-no question, and these predictions are of 10 classes. Choose an average for them, for example new F1Score(Averaging.Macro)."));

    [Test]
    public void Logits_are_not_taken_for_probabilities()
    {
        var logits = tensor(new[] { -1.5, 2.5 });
        var targets = tensor(new[] { 0L, 1L });

        foreach (var metric in new Metric[] { new Accuracy(), new F1Score(), new LogLoss() })
        {
            Assert.That(
                () => metric.Add(logits, targets),
                Throws.ArgumentException.With.Message.StartsWith("The predictions go from -1.5 to 2.5, so they are no probabilities. Apply a sigmoid"));
        }

        Assert.That(() => new LogLoss().Add(rand(2, 3) * 3 - 1, targets), Throws.ArgumentException.With.Message.Contains("no probabilities"));
        Assert.That(() => new Perplexity().Add(rand(2, 3) - 1, targets), Throws.ArgumentException.With.Message.Contains("no probabilities"));
    }

    [Test]
    public void NaN_has_no_class_and_no_place_in_an_order()
    {
        var scores = rand(3, 4);
        scores[1, 2] = float.NaN;
        var targets = tensor(new[] { 0L, 1L, 2L });
        Metric[] metrics =
        [
            new Accuracy(), new Accuracy(topK: 2), new F1Score(Averaging.Macro), new ConfusionMatrixMetric(4), new RocAuc(Averaging.Macro), new LogLoss(),
            new Perplexity(), new Perplexity(logProbabilities: true),
        ];
        foreach (var metric in metrics)
        {
            var live = LiveTensors;
            Assert.That(() => metric.Add(scores, targets), Throws.ArgumentException.With.Message.Contains("NaN"), metric.Name);
            Assert.That(metric.Value, Is.NaN);
            Assert.That(LiveTensors, Is.EqualTo(live));
        }

        Assert.That(() => new Accuracy().Add(full([2], float.NaN), targets[..2]), Throws.ArgumentException.With.Message.Contains("NaN"));
    }

    [Test]
    public void Targets_that_are_no_classes_are_named()
    {
        var scores = rand(2, 3);

        Assert.That(
            () => new Accuracy().Add(scores, tensor(new[] { 0L, 3L })),
            Throws.ArgumentException.With.Message.StartsWith("Target 1 is class 3; with 3 classes they are 0 to 2."));
        Assert.That(
            () => new Accuracy().Add(scores, tensor(new[] { -1L, 0L })),
            Throws.ArgumentException.With.Message.StartsWith("Target 0 is class -1"));
        Assert.That(
            () => new Accuracy().Add(scores, tensor(new[] { 0.25, 0 })),
            Throws.ArgumentException.With.Message.StartsWith("Target 0 is 0.25, which is no class number"));
        Assert.That(
            () => new Accuracy().Add(rand(2), tensor(new[] { 0L, 2L })),
            Throws.ArgumentException.With.Message.StartsWith("Target 1 is class 2; with 2 classes they are 0 to 1."));
        Assert.That(
            () => new F1Score(Averaging.Macro).Add(tensor(new[] { -3L }), tensor(new[] { 0L })),
            Throws.ArgumentException.With.Message.StartsWith("Prediction 0 is -3, which is no class: classes count from 0."));
        Assert.That(
            () => new F1Score(Averaging.Macro, classes: 3).Add(tensor(new[] { 3L }), tensor(new[] { 0L })),
            Throws.ArgumentException.With.Message.StartsWith("Prediction 0 is class 3; with 3 classes"));
        Assert.That(
            () => new F1Score(Averaging.Macro).Add(tensor(new[] { 1L << 40 }), tensor(new[] { 0L })),
            Throws.ArgumentException.With.Message.StartsWith("There is a class 1099511627776. Give the metric the number of classes"));
    }

    [Test]
    public void Metrics_for_one_question_say_how_to_take_several()
    {
        var scores = rand(4, 3);
        var classes = tensor(new[] { 0L, 1L, 2L, 0L });
        var labels = scores.ge(0.5);

        Assert.That(() => new F1Score().Add(scores, classes),
            Throws.ArgumentException.With.Message.EqualTo("'f1' is for one yes-or-no question, and these predictions are of 3 classes. Choose an average for them, for example new F1Score(Averaging.Macro)."));
        Assert.That(() => new F1Score().Add(scores, labels), Throws.ArgumentException.With.Message.Contains("these samples have 3 labels each. Choose an average for them, for example new F1Score(Averaging.Macro)"));
        Assert.That(() => new RocAuc().Add(scores, classes), Throws.ArgumentException.With.Message.Contains("Choose average: Averaging.Macro"));
        Assert.That(() => new RocAuc().Add(classes, classes), Throws.ArgumentException.With.Message.Contains("thresholds need probabilities"));
        Assert.That(() => new CohenKappa().Add(scores, labels), Throws.ArgumentException.With.Message.Contains("these samples have 3 labels each"));
        Assert.That(() => new ConfusionMatrixMetric(3).Add(scores, labels), Throws.ArgumentException.With.Message.Contains("labels per sample"));
        Assert.That(() => new ConfusionMatrixMetric(4).Add(scores, classes), Throws.ArgumentException.With.Message.Contains("one of 4 classes"));
        Assert.That(() => new LogLoss().Add(scores, labels), Throws.ArgumentException.With.Message.Contains("one class per target"));
        Assert.That(() => new Accuracy(topK: 2).Add(scores, labels), Throws.ArgumentException.With.Message.Contains("needs the scores of all classes"));
        Assert.That(() => new Perplexity().Add(rand(4), classes.ge(1)), Throws.ArgumentException.With.Message.Contains("a number for each class"));
    }

    [Test]
    public void A_batch_unlike_those_before_is_refused()
    {
        var classes = tensor(new[] { 0L, 1L, 2L, 0L });
        foreach (var metric in new Metric[] { new F1Score(Averaging.Macro), new RocAuc(Averaging.Macro) })
        {
            metric.Add(rand(4, 3), classes);
            var before = metric.State;

            Assert.That(() => metric.Add(rand(4, 5), classes), Throws.ArgumentException.With.Message.Contains("5 classes"), metric.Name);
            Assert.That(() => metric.Add(rand(4, 3), rand(4, 3).ge(0.5)),
                Throws.ArgumentException.With.Message.Contains("labels per sample"), metric.Name);
            Assert.That(() => metric.Add(rand(4), classes.ge(1)), Throws.ArgumentException.With.Message.Contains("2 classes"), metric.Name);
            Assert.That(metric.State, Is.EqualTo(before));
            metric.Reset();
            Assert.That(() => metric.Add(rand(4, 5), classes), Throws.Nothing, metric.Name);
        }

        R2Score r2 = new();
        r2.Add(rand(4, 2), rand(4, 2));
        Assert.That(() => r2.Add(rand(4, 3), rand(4, 3)), Throws.ArgumentException.With.Message.StartsWith("There are 3 outputs (in dimension 1), and there were 2 before."));
    }

    [Test]
    public void Metrics_with_other_options_are_not_merged()
    {
        (Metric, Metric)[] pairs =
        [
            (new Accuracy(), new Accuracy(threshold: 0.6)),
            (new Accuracy(), new Accuracy(topK: 2)),
            (new Accuracy(), new Accuracy(ignoreIndex: 0)),
            (new F1Score(Averaging.Macro), new F1Score(Averaging.Micro)),
            (new F1Score(Averaging.Macro), new F1Score(Averaging.Macro, classes: 3)),
            (new ConfusionMatrixMetric(2), new ConfusionMatrixMetric(3)),
            (new RocAuc(), new RocAuc(Averaging.Macro)),
            (new LogLoss(), new LogLoss(eps: 1e-15)),
            (new Perplexity(), new Perplexity(logProbabilities: true)),
        ];
        foreach (var (metric, other) in pairs)
        {
            Assert.That(
                () => metric.Merge(other), Throws.ArgumentException.With.Message.Contains("only metrics with the same options can be merged"), metric.Name);
        }
    }

    [Test]
    public void Shards_of_other_classes_are_not_merged()
    {
        F1Score three = new(Averaging.Macro);
        three.Add(rand(2, 3), tensor(new[] { 0L, 1L }));
        F1Score five = new(Averaging.Macro);
        five.Add(rand(2, 5), tensor(new[] { 0L, 1L }));
        var before = three.State;

        Assert.That(() => three.Merge(five), Throws.ArgumentException.With.Message.Contains("One metric has counted 3 classes, the other 5 classes."));
        Assert.That(three.State, Is.EqualTo(before));
        ConfusionMatrix matrix = new(2);
        Assert.That(() => matrix.Merge(new ConfusionMatrix(3)), Throws.ArgumentException.With.Message.Contains("of 3 classes"));
    }

    [Test]
    public void Options_that_make_no_sense_are_refused_at_construction()
    {
        Assert.That(() => new Accuracy(threshold: 1.5), Throws.TypeOf<ArgumentOutOfRangeException>().With.Message.Contains("between 0 and 1"));
        Assert.That(() => new F1Score(threshold: double.NaN),
            Throws.TypeOf<ArgumentOutOfRangeException>().With.Message.StartsWith("The threshold is a probability: give a number between 0 and 1. (Parameter 'threshold')"));
        Assert.That(() => new Accuracy(topK: 0),
            Throws.TypeOf<ArgumentOutOfRangeException>().With.Message.StartsWith("The true class is to be among the topK largest scores: give 1 or more. (Parameter 'topK')"));
        Assert.That(() => new Accuracy(topK: 2, perLabel: true),
            Throws.ArgumentException.With.Message.EqualTo("topK is for scores of classes, perLabel for several labels per sample: choose one. (Parameter 'perLabel')"));
        Assert.That(() => new F1Score((Averaging)9),
            Throws.TypeOf<ArgumentOutOfRangeException>().With.Message.StartsWith("Choose Binary, Micro, Macro or Weighted. (Parameter 'average')"));
        Assert.That(() => new F1Score(classes: 3), Throws.ArgumentException.With.Message.Contains("Averaging.Binary is for 2 classes"));
        Assert.That(() => new CohenKappa(classes: 1),
            Throws.TypeOf<ArgumentOutOfRangeException>().With.Message.StartsWith("There must be at least 2 classes; a yes-or-no question has the classes 0 and 1. (Parameter 'classes')"));
        Assert.That(() => new RocAuc((Averaging)9),
            Throws.TypeOf<ArgumentOutOfRangeException>().With.Message.StartsWith("Choose Binary, Micro, Macro or Weighted. (Parameter 'average')"));
        Assert.That(() => new LogLoss(eps: 0.5),
            Throws.TypeOf<ArgumentOutOfRangeException>().With.Message.StartsWith("eps is the least probability: give a small number as 1e-7, from 0 to below 0.5. (Parameter 'eps')"));
        Assert.That(() => new Accuracy { Name = " " },
            Throws.ArgumentException.With.Message.EqualTo("A metric needs a name: it is its key in tables and histories. (Parameter 'value')"));
    }

    [Test]
    public void A_curve_needs_samples_and_a_class_of_theirs()
    {
        RocAuc area = new();
        Assert.That(() => area.Curve(), Throws.InvalidOperationException.With.Message.Contains("has no samples yet"));
        area.Add(rand(3), tensor(new[] { 0L, 1L, 1L }));
        Assert.That(() => area.Curve(0), Throws.TypeOf<ArgumentOutOfRangeException>().With.Message.Contains("one curve, of class 1"));

        AveragePrecision several = new(Averaging.Macro);
        several.Add(rand(3, 3), tensor(new[] { 0L, 1L, 1L }));
        Assert.That(() => several.Curve(), Throws.TypeOf<ArgumentOutOfRangeException>().With.Message.Contains("give a number from 0 to 2"));
        Assert.That(several.Curve(1).Recalls[0], Is.EqualTo(1));
    }

    [Test]
    public void Names_say_what_was_chosen_and_can_be_given()
    {
        Metric[] metrics =
        [
            new Accuracy(), new Accuracy(topK: 5), new Accuracy(perLabel: true), new F1Score(), new PrecisionScore(Averaging.Macro),
            new RocAuc(Averaging.Weighted), new Accuracy { Name = "hits" },
        ];

        Assert.That(
            metrics.Select(metric => metric.Name),
            Is.EqualTo(new[] { "accuracy", "accuracy (top 5)", "accuracy (per label)", "f1", "precision (macro)", "roc auc (weighted)", "hits" }));
        Assert.That(metrics.Select(metric => metric.HigherIsBetter), Is.All.True);
        Assert.That(new Metric[] { new LogLoss(), new Perplexity(), new MeanSquaredError(), new RootMeanSquaredError() }.Select(metric => metric.HigherIsBetter), Is.All.False);
        Assert.That(new R2Score().HigherIsBetter, Is.True);
    }
}
