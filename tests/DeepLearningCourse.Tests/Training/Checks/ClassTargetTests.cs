using static TorchSharp.torch;

namespace DeepLearningCourse.Tests.Training.Checks;

public sealed class ClassTargetTests : CheckTest
{
    [Test]
    public void A_column_of_class_numbers() => ExpectOne(nn.CrossEntropyLoss(), 4, Alternating(6, 1),
        "Error: The predictions are [6, 4], [batch, classes], so CrossEntropyLoss needs class numbers of shape [6], and the targets are [6, 1]. Drop the dimension of 1 with y.squeeze(1).");

    [Test]
    public void One_hot_numbers() => ExpectOne(nn.CrossEntropyLoss(), 2, nn.functional.one_hot(Alternating(6)),
        "Error: The predictions are [6, 2], [batch, classes], so CrossEntropyLoss needs class numbers of shape [6], and the targets are [6, 2]. Targets of a number per class "
        + "become class numbers with y.argmax(1), if one of them is 1 and the others are 0; for several labels per sample use BCEWithLogitsLoss with floats.");

    [Test]
    public void Classes_in_the_last_dimension() => ExpectOne(nn.CrossEntropyLoss(), 24, Alternating(6, 8),
        "Error: The predictions are [6, 8, 3], [batch, classes, ...], so CrossEntropyLoss needs class numbers of shape [6, 3], and the targets are [6, 8]. The classes stand in "
        + "the last dimension of the predictions: bring them to dimension 1 with preds.permute(0, 2, 1).", p => p.reshape(6, 8, 3));

    [Test]
    public void Classes_of_pixels_in_the_last_dimension() => ExpectOne(nn.NLLLoss(), 24, Alternating(6, 4, 2),
        "Error: The predictions are [6, 4, 2, 3], [batch, classes, ...], so NLLLoss needs class numbers of shape [6, 2, 3], and the targets are [6, 4, 2]. The classes stand in "
        + "the last dimension of the predictions: bring them to dimension 1 with preds.permute(0, 3, 1, 2).", p => nn.functional.log_softmax(p.reshape(6, 4, 2, 3), 1));

    [Test]
    public void Sequences_in_one_row() => ExpectOne(nn.CrossEntropyLoss(), 24, Alternating(6, 8),
        "Error: The predictions are [48, 3], [batch, classes], so CrossEntropyLoss needs class numbers of shape [48], and the targets are [6, 8]. "
        + "Give the targets that shape with y.reshape(-1).", p => p.reshape(48, 3));

    [Test]
    public void A_target_for_each_of_many() => ExpectOne(nn.CrossEntropyLoss(), 2, Alternating(6, 5),
        "Error: The predictions are [6, 2], [batch, classes], so CrossEntropyLoss needs class numbers of shape [6], and the targets are [6, 5]. Make the network give one prediction for each target.");

    [Test]
    public void Class_numbers_as_floats() => ExpectOne(nn.CrossEntropyLoss(), 2, Alternating(6).to(float32),
        "Error: The targets are Float32 [6] and CrossEntropyLoss needs class numbers: int64 of shape [batch]. Convert them with y.to(ScalarType.Int64), and drop a dimension of 1 with y.squeeze(1).");

    [Test]
    public void Class_numbers_in_32_bits() => ExpectOne(nn.CrossEntropyLoss(), 2, Alternating(6).to(int32),
        "Error: The targets are Int32 and CrossEntropyLoss needs class numbers of type Int64. Convert them with y.to(ScalarType.Int64).");

    [Test]
    public void Classes_numbered_from_1() => ExpectOne(nn.CrossEntropyLoss(), 2, Alternating(6) + 1,
        "Error: The targets go from 1 to 2 and the network has 2 outputs, for the classes 0 to 1. Numbered from 1, they become right with y - 1.");

    [Test]
    public void A_class_of_minus_1() => ExpectOne(nn.CrossEntropyLoss(), 2, Alternating(6) - 1,
        "Error: The targets go from -1 to 0 and the network has 2 outputs, for the classes 0 to 1. If -1 marks what is not to be counted, make the criterion with ignore_index: -1; "
        + "otherwise number the classes from 0.");

    [Test]
    public void More_classes_than_outputs() => ExpectOne(nn.MultiMarginLoss(), 2, arange(6),
        "Error: The targets go from 0 to 5 and the network has 2 outputs, for the classes 0 to 1. Number the classes from 0, and give the last layer an output for each.");

    [Test]
    public void Nothing_but_ignored_targets() => ExpectOne(nn.CrossEntropyLoss(ignore_index: 255), 2, full(6, 255L),
        "Error: CrossEntropyLoss ignores all 6 targets of the batch, so its mean is 0 / 0. Leave such batches out, or choose another ignore_index.");

    [Test]
    public void Nothing_but_classes_of_weight_0() => ExpectOne(nn.CrossEntropyLoss(tensor([0f, 0, 1])), 3, Alternating(6),
        "Warning: All 6 targets of the batch are of classes with weight 0 in CrossEntropyLoss, so its mean is 0 / 0. The batch has no part in the losses, and its gradients are 0.");

    [Test]
    public void One_class_only() => ExpectOne(nn.CrossEntropyLoss(), 1, zeros(6, int64),
        "Error: The network has 1 output, and among one class CrossEntropyLoss is 0 whatever it is. Give the last layer an output for each class, or use BCEWithLogitsLoss for a yes-or-no answer.");

    [Test]
    public void No_dimension_of_classes() => ExpectOne(nn.CrossEntropyLoss(), 1, Alternating(6).to(float32),
        "Error: The predictions are [6] and have no dimension of classes, so CrossEntropyLoss takes the whole batch for the classes of one sample. "
        + "Make the network give [batch, classes], or use BCEWithLogitsLoss for a yes-or-no answer.", p => p.squeeze(1));

    [Test]
    public void Several_labels_as_class_probabilities() => ExpectOne(nn.CrossEntropyLoss(), 3, ones(6, 3),
        "Warning: The targets have the shape of the predictions, so CrossEntropyLoss takes them for probabilities of the classes, and their sums go from 3 to 3 instead of being 1. "
        + "For several labels per sample use BCEWithLogitsLoss.");

    [Test]
    public void Values_as_class_probabilities() => ExpectOne(nn.CrossEntropyLoss(), 2, arange(10, float32).reshape(5, 2),
        "Warning: The targets have the shape of the predictions, so CrossEntropyLoss takes them for probabilities of the classes, and they go from 0 to 9. "
        + "Give class numbers (int64), or use MSELoss if they are values to be predicted.");

    [Test]
    public void Weights_of_other_classes() => ExpectOne(nn.CrossEntropyLoss(ones(3)), 2, Alternating(6),
        "Error: The weight of CrossEntropyLoss is [3] and the network has 2 outputs. Give the criterion a weight for each class.");

    [Test]
    public void Weights_of_another_type() => ExpectOne(nn.CrossEntropyLoss(ones(2, float64)), 2, Alternating(6),
        "Error: The weight of CrossEntropyLoss is Float64 and the predictions are Float32. Make the criterion with weight.to(ScalarType.Float32).");

    [Test]
    public void Weights_on_another_device() => ExpectOne(nn.CrossEntropyLoss(ones(2, device: META)), 2, Alternating(6),
        "Error: The weight of CrossEntropyLoss is on meta and the predictions are on cpu. Make the criterion with weight.to(\"cpu\").");
}
