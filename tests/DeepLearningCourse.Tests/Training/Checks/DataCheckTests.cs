using DeepLearningCourse.Training;
using static TorchSharp.torch;

namespace DeepLearningCourse.Tests.Training.Checks;

public sealed class DataCheckTests : CheckTest
{
    [Test]
    public void Features_and_targets_of_different_length() => Assert.That(
        Findings(new Through(nn.Linear(3, 1)), nn.MSELoss(), randn(6, 3), randn(5, 1)), Has.Some.EqualTo(
        "Error: The batch has features [6, 3] and targets [5, 1]; their first dimension is the batch and must be equal."));

    [Test]
    public void NaN_in_features_and_infinity_in_targets()
    {
        var (X, y) = (randn(6, 3), randn(6, 1));
        X[2, 1] = double.NaN;
        y[4, 0] = double.PositiveInfinity;

        Assert.That(Findings(new Through(nn.Linear(3, 1)), nn.MSELoss(), X, y), Is.EqualTo(new[]
        {
            "Error: The features hold NaN at sample 2 of the batch, column 1 (1 such values in all). Remove or fill those samples before training.",
            "Error: The targets hold Infinity at sample 4 of the batch, column 0 (1 such values in all). Remove or fill those samples before training.",
        }));
    }

    [Test]
    public void Features_that_are_all_the_same() => Assert.That(
        Findings(new Through(nn.Linear(3, 1)), nn.MSELoss(), ones(6, 3), randn(6, 1)), Is.EqualTo(new[]
        { "Warning: All 6 samples of the batch have the same features [6, 3], so nothing tells them apart. Is the data read, scaled or sliced wrongly?" }));

    [Test]
    public void Targets_of_one_class() => Assert.Multiple(() =>
    {
        Assert.That(Findings(new Through(nn.Linear(3, 2)), nn.CrossEntropyLoss(), randn(16, 3), ones(16, int64)), Is.EqualTo(new[]
            { "Warning: All 16 targets of the batch are 1. Is the data sorted? Make the loader with shuffle: true." }));
        Assert.That(Findings(new Through(nn.Linear(3, 2)), nn.CrossEntropyLoss(), randn(15, 3), ones(15, int64)), Is.Empty);
    });

    [Test]
    public void No_batch()
    {
        using var model = new Line();
        using var criterion = nn.MSELoss();
        using var optimizer = optim.SGD(model.parameters(), 0.1);

        Assert.That(new Trainer(model, criterion, optimizer, Quiet).Check([]).Findings.Single().Message,
            Is.EqualTo("The training data gave no batch. Is the data set empty, or is a sequence passed that can be read only once?"));
    }

    [Test]
    public void A_layer_of_another_shape_or_type() => Assert.Multiple(() =>
    {
        Assert.That(Findings(new Through(nn.Linear(3, 1)), nn.MSELoss(), randn(6, 4), randn(6, 1)).Single(),
            Does.StartWith("Error: Layer 'body' (Linear(in_features=3, out_features=1, bias=True)) got [6, 4] and needs [*, 3]."));
        Assert.That(Findings(new Through(nn.Linear(3, 1)), nn.MSELoss(), randn(6, 3, float64), randn(6, 1)).Single(),
            Does.StartWith("Error: Layer 'body' (Linear(in_features=3, out_features=1, bias=True)) got [6, 3] of type Float64, while its weights are Float32 "
                + "(convert the data with .to(float32) or the network with .to(float64))"));
    });

    [Test]
    public void A_network_in_double_precision_with_floats_as_targets() => Assert.That(
        Findings(new Through(nn.Linear(3, 1, dtype: float64)), nn.MSELoss(), randn(6, 3, float64), randn(6, 1)), Is.EqualTo(new[]
        { "Error: The predictions are Float64 and the targets Float32, which MSELoss cannot go back through. Convert the targets with y.to(ScalarType.Float64)." }));

    [Test]
    public void A_criterion_that_reduces_nothing() => ExpectOne(nn.MSELoss(nn.Reduction.None), 1, randn(6, 1),
        "Error: The criterion gave a loss of shape [6, 1] and training needs one number. Make the criterion with reduction mean or sum.");

    [Test]
    public void A_loss_that_is_infinite() => ExpectOne(nn.MSELoss(), 1, randn(6, 1),
        "Error: The loss is Infinity, while the data is finite: the weights grew too large. Use a smaller learning rate, and scale the features.", p => p.detach() * 0 + p * 1e30);
}
