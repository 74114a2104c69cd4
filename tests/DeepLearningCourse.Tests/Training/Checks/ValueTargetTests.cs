using static TorchSharp.torch;

namespace DeepLearningCourse.Tests.Training.Checks;

public sealed class ValueTargetTests : CheckTest
{
    [TestCase("BCEWithLogitsLoss")]
    [TestCase("BCELoss")]
    [TestCase("MSELoss")]
    [TestCase("L1Loss")]
    [TestCase("SmoothL1Loss")]
    [TestCase("HuberLoss")]
    [TestCase("PoissonNLLLoss")]
    [TestCase("SoftMarginLoss")]
    public void A_column_against_a_row(string name) => ExpectOne(Criterion(name), 1, Alternating(6).to(float32),
        $"Error: Predictions [6, 1] and targets [6] differ in shape, and {name} compares them number by number. Give the targets the shape [6, 1], for instance with y.reshape(-1, 1).",
        p => name == "BCELoss" ? p.sigmoid() : p);

    [Test]
    public void A_row_against_a_column() => ExpectOne(nn.MSELoss(), 1, randn(6, 1),
        "Error: Predictions [6] and targets [6, 1] differ in shape, and MSELoss compares them number by number. Give the targets the shape [6], for instance with y.reshape(-1).", p => p.squeeze(1));

    [Test]
    public void Pictures_against_rows() => ExpectOne(nn.MSELoss(), 16, randn(6, 1, 4, 4),
        "Error: Predictions [6, 16] and targets [6, 1, 4, 4] differ in shape, and MSELoss compares them number by number. Give the targets the shape [6, 16], for instance with y.reshape(-1, 16).");

    [Test]
    public void Dimensions_in_another_order_are_not_reshaped() => ExpectOne(nn.MSELoss(), 12, randn(6, 4, 3),
        "Error: Predictions [6, 3, 4] and targets [6, 4, 3] differ in shape, and MSELoss compares them number by number. "
        + "The dimensions stand in another order: y.permute(0, 2, 1) gives the targets the shape [6, 3, 4].", p => p.reshape(6, 3, 4));

    [Test]
    public void Classes_for_a_criterion_of_values() => ExpectOne(nn.MSELoss(), 4, arange(6),
        "Error: Predictions [6, 4] and targets [6] differ in shape, and MSELoss compares them number by number. Targets of one whole number per sample look like classes, "
        + "which CrossEntropyLoss compares; otherwise make the last layer give as many outputs as there are targets.");

    [Test]
    public void Too_few_outputs() => ExpectOne(nn.MSELoss(), 1, randn(6, 2),
        "Error: Predictions [6, 1] and targets [6, 2] differ in shape, and MSELoss compares them number by number. Make the last layer give as many outputs as there are targets.");

    [Test]
    public void Whole_numbers() => ExpectOne(nn.BCEWithLogitsLoss(), 1, Alternating(6, 1),
        "Error: The targets are Int64 and BCEWithLogitsLoss needs floats. Convert them with y.to(ScalarType.Float32).");

    [Test]
    public void Double_precision() => ExpectOne(nn.MSELoss(), 1, randn(6, 1, float64),
        "Error: The predictions are Float32 and the targets Float64, which MSELoss cannot go back through. Convert the targets with y.to(ScalarType.Float32).");

    [Test]
    public void Labels_of_1_and_2() => ExpectOne(nn.BCEWithLogitsLoss(), 1, Alternating(6, 1).to(float32) + 1,
        "Error: The targets go from 1 to 2 and BCEWithLogitsLoss needs them between 0 and 1. Labels of 1 and 2 become 0 and 1 with y - 1.");

    [Test]
    public void Labels_of_minus_1_and_1() => ExpectOne(nn.BCELoss(), 1, Alternating(6, 1).to(float32) * 2 - 1,
        "Error: The targets go from -1 to 1 and BCELoss needs them between 0 and 1. Labels of -1 and 1 become 0 and 1 with (y + 1) / 2.", p => p.sigmoid());

    [Test]
    public void Pixels_of_bytes() => ExpectOne(nn.BCEWithLogitsLoss(), 4, tensor(new float[] { 0, 255, 17, 3, 0, 0, 128, 255 }).reshape(2, 2, 2),
        "Error: The targets go from 0 to 255 and BCEWithLogitsLoss needs them between 0 and 1. Pixels of 0 to 255 become 0 to 1 with y / 255.", p => p.reshape(2, 2, 2));

    [Test]
    public void Values_for_a_yes_or_no_criterion() => ExpectOne(nn.BCEWithLogitsLoss(), 1, tensor(new float[] { -3, 2, 0.5f }).reshape(3, 1),
        "Error: The targets go from -3 to 2 and BCEWithLogitsLoss needs them between 0 and 1. Number the labels 0 and 1, or use MSELoss if the targets are values to be predicted.");

    [Test]
    public void Labels_of_0_and_1_for_margins() => ExpectOne(nn.SoftMarginLoss(), 1, Alternating(6, 1).to(float32),
        "Error: The targets go from 0 to 1 and SoftMarginLoss needs labels of -1 and 1. Labels of 0 and 1 become -1 and 1 with y * 2 - 1.");

    [Test]
    public void Negative_counts() => ExpectOne(nn.PoissonNLLLoss(), 1, arange(-1, 5, float32).reshape(6, 1),
        "Error: The least target is -1 and PoissonNLLLoss needs counts, which are not negative. Use MSELoss for other values.");

    [Test]
    public void Probabilities_where_their_logarithms_are_needed() => ExpectOne(nn.KLDivLoss(), 2, full(6, 2, 0.5f),
        "Error: The targets go up to 0.5 and KLDivLoss was made with log_target: true, which is TorchSharp's default: it needs their logarithms. "
        + "Probabilities need nn.KLDivLoss(log_target: false).", p => nn.functional.log_softmax(p, 1));

    [Test]
    public void Logarithms_where_probabilities_are_needed() => ExpectOne(nn.KLDivLoss(log_target: false), 2, full(6, 2, -0.5f),
        "Error: The targets go from -0.5 to -0.5 and KLDivLoss needs probabilities between 0 and 1. Logarithms of them need nn.KLDivLoss(log_target: true).",
        p => nn.functional.log_softmax(p, 1));

    [Test]
    public void Probabilities_predicted_for_a_divergence() => ExpectOne(nn.KLDivLoss(log_target: false), 2, full(6, 2, 0.5f),
        "Error: The predictions go up to 0.75 and KLDivLoss needs logarithms of probabilities, which are not above 0. End the network in nn.LogSoftmax(1).", p => p * 0 + 0.75);

    [Test]
    public void A_positive_weight_of_another_type() => ExpectOne(nn.BCEWithLogitsLoss(pos_weights: ones(1, float64)), 1, Alternating(6, 1).to(float32),
        "Error: The pos_weights of BCEWithLogitsLoss is Float64 and the predictions are Float32. Make the criterion with pos_weights.to(ScalarType.Float32).");

    private static nn.IModule<Tensor, Tensor, Tensor> Criterion(string name) => name switch
    {
        "BCEWithLogitsLoss" => nn.BCEWithLogitsLoss(),
        "BCELoss" => nn.BCELoss(),
        "MSELoss" => nn.MSELoss(),
        "L1Loss" => nn.L1Loss(),
        "SmoothL1Loss" => nn.SmoothL1Loss(),
        "HuberLoss" => nn.HuberLoss(),
        "PoissonNLLLoss" => nn.PoissonNLLLoss(),
        _ => nn.SoftMarginLoss(),
    };
}
