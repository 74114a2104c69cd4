using DeepLearningCourse.Models;
using TorchSharp.Modules;
using static TorchSharp.torch;

namespace DeepLearningCourse.Tests.Training.Checks;

/// <summary>Networks that are right, of which nothing may be said.</summary>
public sealed class HonestNetworkTests : CheckTest
{
    [Test]
    public void Criteria_of_values([Values("MSE", "L1", "SmoothL1", "Huber", "Poisson", "SoftMargin", "Hinge", "MultiLabelSoftMargin", "KL", "KL of logarithms", "BCE", "BCEWithLogits")] string name,
        [Values(1, 3)] int outputs)
    {
        var labels = Alternating(8, outputs).to(float32);
        var distribution = rand(8, outputs).softmax(1);
        var (criterion, y, after) = name switch
        {
            "MSE" => (nn.MSELoss(), randn(8, outputs), null),
            "L1" => (nn.L1Loss(), randn(8, outputs), null),
            "SmoothL1" => (nn.SmoothL1Loss(), randn(8, outputs), null),
            "Huber" => (nn.HuberLoss(), randn(8, outputs), null),
            "Poisson" => (nn.PoissonNLLLoss(), labels * 3, null),
            "SoftMargin" => (nn.SoftMarginLoss(), labels * 2 - 1, null),
            "Hinge" => (nn.HingeEmbeddingLoss(), labels * 2 - 1, null),
            "MultiLabelSoftMargin" => (nn.MultiLabelSoftMarginLoss(), labels, null),
            "KL" => (nn.KLDivLoss(log_target: false), distribution, p => nn.functional.logsigmoid(p)),
            "KL of logarithms" => (nn.KLDivLoss(), distribution.log(), p => nn.functional.logsigmoid(p)),
            "BCE" => (nn.BCELoss(), labels, p => p.sigmoid()),
            _ => ((nn.IModule<Tensor, Tensor, Tensor>)nn.BCEWithLogitsLoss(pos_weights: full(outputs, 3f)), labels, (Func<Tensor, Tensor>?)null),
        };

        Assert.That(Findings(new Through(nn.Linear(3, outputs), after), criterion, randn(8, 3), y), Is.Empty);
    }

    [Test]
    public void Criteria_of_classes([Values("CrossEntropy", "weighted", "ignoring", "probabilities", "NLL", "MultiMargin", "bytes")] string name)
    {
        var classes = arange(8).remainder(3);
        var (criterion, y, after) = name switch
        {
            "CrossEntropy" => (nn.CrossEntropyLoss(), classes, null),
            "weighted" => (nn.CrossEntropyLoss(tensor(new float[] { 1, 2, 3 })), classes, null),
            "ignoring" => (nn.CrossEntropyLoss(ignore_index: 255), where(classes.eq(2), full_like(classes, 255), classes), null),
            "probabilities" => (nn.CrossEntropyLoss(), rand(8, 3).softmax(1), null),
            "NLL" => (nn.NLLLoss(), classes, p => nn.functional.log_softmax(p, 1)),
            "MultiMargin" => (nn.MultiMarginLoss(), classes, null),
            _ => ((nn.IModule<Tensor, Tensor, Tensor>)nn.CrossEntropyLoss(), classes.to(uint8), (Func<Tensor, Tensor>?)null),
        };

        Assert.That(Findings(new Through(nn.Linear(3, 3), after), criterion, randn(8, 3), y), Is.Empty);
    }

    [Test]
    public void Segmentation() => Assert.That(
        Findings(new Through(nn.Conv2d(3, 2, 3, padding: 1)), nn.CrossEntropyLoss(), randn(4, 3, 6, 5), Alternating(4, 6, 5)), Is.Empty);

    [Test]
    public void Segmentation_by_logarithms() => Assert.That(
        Findings(new Through(nn.Sequential(nn.Conv2d(3, 2, 1), nn.LogSoftmax(1))), nn.NLLLoss(), randn(4, 3, 6, 5), Alternating(4, 6, 5)), Is.Empty);

    [Test]
    public void A_sequence_with_an_embedding_and_classes_at_each_place() => Assert.That(
        Findings(new Through(nn.Sequential(nn.Embedding(50, 4, padding_idx: 0), nn.Linear(4, 3)), p => p.transpose(1, 2)), nn.CrossEntropyLoss(),
            arange(24).reshape(4, 6), arange(24).remainder(3).reshape(4, 6)), Is.Empty);

    [Test]
    public void A_recurrent_network() => Assert.That(Findings(new Recurrent(), nn.MSELoss(), randn(4, 1, 3), randn(4, 1)), Is.Empty);

    [Test]
    public void A_classifier_with_batch_norm_and_dropout() => Assert.That(
        Findings(new Through(nn.Sequential(nn.Linear(3, 16), nn.BatchNorm1d(16), nn.ReLU(), nn.Dropout(0.5), nn.Linear(16, 2))), nn.CrossEntropyLoss(), randn(8, 3), Alternating(8)), Is.Empty);

    [Test]
    public void Frozen_layers()
    {
        using var model = new Through(nn.Sequential(nn.Linear(3, 4), nn.Tanh(), nn.Linear(4, 1)));
        using var criterion = nn.MSELoss();
        model.Freeze("body.0.*");
        using var optimizer = optim.SGD(model.parameters().Where(parameter => parameter.requires_grad), 0.1);

        Assert.That(Findings(model, criterion, optimizer, randn(8, 3), randn(8, 1)), Is.Empty);
    }

    [Test]
    public void Tied_weights() => Assert.That(Findings(new Tied(), nn.CrossEntropyLoss(), arange(6), Alternating(6)), Is.Empty);

    [Test]
    public void The_network_of_the_slides() => Assert.That(Findings(new BinaryClassifier(), nn.BCEWithLogitsLoss(), randn(8, 10), Alternating(8, 1).to(float32)), Is.Empty);

    [Test]
    public void A_module_of_TorchSharps_own() => Assert.That(
        Findings(nn.Sequential(nn.Linear(3, 4), nn.GELU(), nn.Linear(4, 2)), nn.CrossEntropyLoss(), randn(8, 3), Alternating(8)), Is.Empty);

    [Test]
    public void A_forward_that_converts_its_input() => Assert.That(
        Findings(new Converting(), nn.CrossEntropyLoss(), randint(0, 255, [8, 3], uint8), Alternating(8)), Is.Empty);

    private sealed class Recurrent : MyNeuralNetwork
    {
        public LSTM lstm { get; } = nn.LSTM(3, 5, batchFirst: true);

        public Linear head { get; } = nn.Linear(5, 1);

        public override Tensor forward(Tensor x) => head.call(lstm.call(x, null).Item1[.., -1]);
    }

    private sealed class Tied : MyNeuralNetwork
    {
        public Tied() => head.weight = embedding.weight!;

        public Embedding embedding { get; } = nn.Embedding(10, 4);

        public Linear head { get; } = nn.Linear(4, 10);

        public override Tensor forward(Tensor x) => head.call(embedding.call(x));
    }

    private sealed class Converting : MyNeuralNetwork
    {
        public Linear fc { get; } = nn.Linear(3, 2);

        public override Tensor forward(Tensor x) => fc.call(x.to(float32) / 255);
    }
}
