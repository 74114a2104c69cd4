using static TorchSharp.torch;

namespace DeepLearningCourse.Tests.Training.Checks;

public sealed class LastFunctionTests : CheckTest
{
    private static readonly Func<Tensor> Labels = () => Alternating(8, 1).to(float32);
    private static readonly Func<Tensor> Classes = () => Alternating(8);

    [Test]
    public void A_sigmoid_layer_before_logits_through_nested_containers() => Assert.That(
        Findings(new Through(nn.Sequential(nn.Linear(3, 4), nn.Sequential(("out", nn.Linear(4, 1)), ("act", nn.Sigmoid())))), nn.BCEWithLogitsLoss(), randn(8, 3), Labels()),
        Is.EqualTo(new[] { "Error: The network ends in a sigmoid (layer 'body.1.act', Sigmoid()), and BCEWithLogitsLoss applies one itself. Remove the sigmoid, or use BCELoss." + SwitchOff }));

    [Test]
    public void A_sigmoid_layer_of_a_plain_Sequential() => Assert.That(
        Findings(nn.Sequential(nn.Linear(3, 1), nn.Sigmoid()), nn.BCEWithLogitsLoss(), randn(8, 3), Labels()),
        Is.EqualTo(new[] { "Error: The network ends in a sigmoid (layer '1', Sigmoid()), and BCEWithLogitsLoss applies one itself. Remove the sigmoid, or use BCELoss." + SwitchOff }));

    [Test]
    public void A_sigmoid_function_before_logits([Values("plain", "squeezed", "reshaped", "in place")] string form) => ExpectOne(
        nn.BCEWithLogitsLoss(), 1, form is "plain" or "in place" ? Labels() : Labels().reshape(8),
        "Error: The network ends in a sigmoid (called in forward), and BCEWithLogitsLoss applies one itself. Remove the sigmoid, or use BCELoss." + SwitchOff,
        p => form switch { "plain" => sigmoid(p), "squeezed" => p.sigmoid().squeeze(1), "reshaped" => nn.functional.sigmoid(p).reshape(-1), _ => p.sigmoid_() });

    [Test]
    public void A_softmax_before_logits() => ExpectOne(nn.BCEWithLogitsLoss(), 2, Alternating(8, 2).to(float32),
        "Error: The network ends in a softmax (called in forward), and BCEWithLogitsLoss takes raw scores, to which it applies a sigmoid itself. Remove the softmax." + SwitchOff,
        p => nn.functional.softmax(p, 1));

    [Test]
    public void A_softmax_layer_before_cross_entropy() => Assert.That(
        Findings(new Through(nn.Sequential(nn.Linear(3, 2), nn.Softmax(1))), nn.CrossEntropyLoss(), randn(8, 3), Classes()),
        Is.EqualTo(new[] { "Error: The network ends in a softmax (layer 'body.1', Softmax(dim=1)), and CrossEntropyLoss applies one itself. Remove the softmax: CrossEntropyLoss takes raw scores." + SwitchOff }));

    [Test]
    public void A_softmax_function_before_cross_entropy() => ExpectOne(nn.CrossEntropyLoss(), 2, Classes(),
        "Error: The network ends in a softmax (called in forward), and CrossEntropyLoss applies one itself. Remove the softmax: CrossEntropyLoss takes raw scores." + SwitchOff,
        p => nn.functional.softmax(p, 1));

    [Test]
    public void A_softmax_that_only_the_numbers_show() => ExpectOne(nn.CrossEntropyLoss(), 2, Classes(),
        "Error: The predictions [8, 2] lie between 0 and 1 and add up to 1 over the classes, as after a softmax, and CrossEntropyLoss applies one itself. "
        + "Remove the softmax: CrossEntropyLoss takes raw scores." + SwitchOff,
        p => p.exp() / p.exp().sum(1, keepdim: true));

    [Test]
    public void A_log_softmax_before_cross_entropy_is_only_useless() => ExpectOne(nn.CrossEntropyLoss(), 2, Classes(),
        "Warning: The network ends in a log-softmax (called in forward), and CrossEntropyLoss applies one itself. A second one changes nothing and takes time: remove it, or use NLLLoss.",
        p => nn.functional.log_softmax(p, 1));

    [Test]
    public void A_sigmoid_before_cross_entropy() => ExpectOne(nn.CrossEntropyLoss(), 2, Classes(),
        "Error: The network ends in a sigmoid (called in forward), and CrossEntropyLoss takes raw scores, to which it applies a softmax itself. Remove the sigmoid." + SwitchOff, sigmoid);

    [Test]
    public void A_ReLU_at_the_end() => Assert.That(
        Findings(new Through(nn.Sequential(nn.Linear(3, 4), nn.ReLU())), nn.CrossEntropyLoss(), randn(8, 3), Classes()),
        Is.EqualTo(new[] { "Warning: The network ends in a ReLU (layer 'body.1', ReLU()), and CrossEntropyLoss takes scores of either sign. Remove the last ReLU." }));

    [Test]
    public void A_ReLU_before_logits() => ExpectOne(nn.BCEWithLogitsLoss(), 1, Labels(),
        "Warning: The network ends in a ReLU (called in forward), and BCEWithLogitsLoss takes scores of either sign: without negative ones, no probability can fall below 0.5. Remove the last ReLU.",
        p => p.abs().relu());

    [Test]
    public void Raw_scores_for_logarithms() => ExpectOne(nn.NLLLoss(), 2, Classes(),
        "Error: The predictions [8, 2] are no logarithms of probabilities, which NLLLoss takes: those that they stand for add up to 5.437 for a sample instead of 1. "
        + "End the network in nn.LogSoftmax(1), or use CrossEntropyLoss, which takes raw scores." + SwitchOff, p => p * 0 + 1);

    [Test]
    public void Probabilities_for_logarithms() => ExpectOne(nn.NLLLoss(), 2, Classes(),
        "Error: The network ends in a softmax (called in forward), and NLLLoss takes the logarithms of probabilities. Use LogSoftmax in its place." + SwitchOff, p => p.softmax(1));

    [Test]
    public void Raw_scores_for_probabilities() => ExpectOne(nn.BCELoss(), 1, Labels(),
        "Error: The predictions go from -2 to -2 and BCELoss needs probabilities between 0 and 1. Use BCEWithLogitsLoss, which takes raw scores, or end the network in nn.Sigmoid().", p => p * 0 - 2);

    [Test]
    public void A_softmax_over_one_output() => ExpectOne(nn.BCELoss(), 1, Labels(),
        "Error: The network ends in a softmax (called in forward) over one output, which is 1 whatever the network learns. Use a sigmoid in its place.", p => p.softmax(1));

    [Test]
    public void Raw_scores_that_happen_to_be_between_0_and_1_are_no_probabilities() => Assert.Multiple(() =>
    {
        Assert.That(Findings(new Through(nn.Linear(3, 1), p => p * 0.01 + 0.5), nn.BCEWithLogitsLoss(), randn(8, 3), Labels()), Is.Empty);
        Assert.That(Findings(new Through(nn.Linear(3, 2), p => p * 0.01 + 0.3), nn.CrossEntropyLoss(), randn(8, 3), Classes()), Is.Empty);
    });

    [Test]
    public void A_linear_layer_whose_outputs_add_up_to_1_is_no_softmax()
    {
        var layer = nn.Linear(3, 2);
        using (no_grad())
        {
            layer.weight.zero_();
            layer.bias!.fill_(0.5);
        }

        Assert.That(Findings(new Through(layer), nn.CrossEntropyLoss(), randn(8, 3), Classes()), Is.Empty);
    }

    [Test]
    public void A_gate_is_not_the_end_of_the_network() => Assert.That(
        Findings(new Through(nn.Sequential(nn.Linear(3, 1), nn.Sigmoid()), gate => gate * 8 - 4), nn.BCEWithLogitsLoss(), randn(8, 3), Labels()), Is.Empty);

    [Test]
    public void A_sigmoid_is_seen_through_a_copy() => Assert.That(
        Findings(new Through(nn.Sequential(nn.Linear(3, 1), nn.Sigmoid()), p => p.clone()), nn.BCEWithLogitsLoss(), randn(8, 3), Labels()),
        Is.EqualTo(new[] { "Error: The network ends in a sigmoid (layer 'body.1', Sigmoid()), and BCEWithLogitsLoss applies one itself. Remove the sigmoid, or use BCELoss." + SwitchOff }));
}
