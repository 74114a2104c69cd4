using DeepLearningCourse.Inference;
using DeepLearningCourse.Models;
using TorchSharp.Modules;
using static TorchSharp.torch;

namespace DeepLearningCourse.Tests.Inference;

public sealed class PredictionTests : NetworkTest
{
    [Test]
    public void The_slides_inference_by_hand_gives_the_same()
    {
        using var model = new BinaryClassifier();
        var X = rand(50, 10);

        model.eval();
        Tensor h, y_proba, y_preds;
        using (no_grad())
        {
            h = model.call(X);
            y_proba = h.sigmoid();
            y_preds = where(y_proba.ge(0.5), 1, 0);
        }

        Assert.That(model.Predict(X).equal(h).all().item<bool>(), Is.True);
        Assert.That(model.PredictProbabilities(X).equal(y_proba).all().item<bool>(), Is.True);
        Assert.That(model.PredictLabels(X).equal(y_preds).all().item<bool>(), Is.True);
        Assert.That(model.PredictLabels(X).dtype, Is.EqualTo(ScalarType.Int64));
    }

    [Test]
    public void The_criterion_decides_what_a_probability_is()
    {
        using var model = new Fixed3();
        using var crossEntropy = nn.CrossEntropyLoss();
        using var bce = nn.BCEWithLogitsLoss();
        using var nll = nn.NLLLoss();
        using var plain = nn.BCELoss();
        var X = tensor(new[,] { { 0f, 1f, -1f } });

        Assert.That(model.PredictProbabilities(X).allclose(X.softmax(1)), Is.True);
        Assert.That(model.PredictProbabilities(X, crossEntropy).allclose(X.softmax(1)), Is.True);
        Assert.That(model.PredictProbabilities(X, bce).allclose(X.sigmoid()), Is.True);
        Assert.That(model.PredictProbabilities(X, nll).allclose(X.exp()), Is.True);
        Assert.That(model.PredictProbabilities(X, plain).allclose(X), Is.True);
        Assert.That(model.PredictLabels(X).item<long>(), Is.EqualTo(1));
        Assert.That(model.PredictLabels(X, bce, threshold: 0.7).data<long>().ToArray(), Is.EqualTo(new long[] { 0, 1, 0 }));
    }

    [Test]
    public void A_regression_has_no_probabilities()
    {
        using var model = new Line();
        using var mse = nn.MSELoss();

        Assert.That(
            () => model.PredictProbabilities(ones(1, 2), mse),
            Throws.InvalidOperationException.With.Message.EqualTo(
                "The criterion is for predicting values, so there are no probabilities or labels. Use Predict."));
    }

    [TestCase(-0.1)]
    [TestCase(1.1)]
    [TestCase(double.NaN)]
    public void A_threshold_is_a_probability(double threshold)
    {
        using var model = new Line();

        Assert.That(
            () => model.PredictLabels(ones(1, 2), threshold: threshold),
            Throws.TypeOf<ArgumentOutOfRangeException>().With.Message.StartsWith("The threshold is a probability: give a number between 0 and 1."));
    }

    [Test]
    public void Modes_and_gradients_are_as_before_also_after_a_failure()
    {
        using var model = new WithDropout();
        model.drop.eval();
        var X = ones(4, 2);

        Assert.That(model.Predict(X).requires_grad, Is.False);
        Assert.That(() => model.Predict(ones(4, 3)),
            Throws.TypeOf<ForwardException>().With.Message.EqualTo("Layer 'fc' (Linear(in_features=2, out_features=1, bias=True)) got [4, 3] and needs [*, 2]. The shapes so far: input [4, 3] → drop [4, 3]. Make the layer before it give that shape, or build this layer for the shape it gets."));

        Assert.That((model.training, model.drop.training, is_grad_enabled()), Is.EqualTo((true, false, true)));
    }

    [Test]
    public void The_result_belongs_to_the_caller_and_nothing_else_is_left()
    {
        using var model = new BinaryClassifier();
        var X = rand(4, 10);
        var before = LiveTensors;

        var result = model.PredictLabels(X);

        Assert.That(LiveTensors, Is.EqualTo(before + 1));
        result.Dispose();
        Assert.That(LiveTensors, Is.EqualTo(before));
        Assert.That(X.IsInvalid, Is.False);
    }

    private sealed class Fixed3 : MyNeuralNetwork
    {
        public override Tensor forward(Tensor x) => x;
    }

    private sealed class WithDropout : MyNeuralNetwork
    {
        public readonly Dropout drop = nn.Dropout();
        private readonly Linear fc = nn.Linear(2, 1);

        public override Tensor forward(Tensor x) => fc.call(drop.call(x));
    }
}
