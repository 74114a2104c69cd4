using DeepLearningCourse.Models;
using DeepLearningCourse.Training;
using DeepLearningCourse.Training.Callbacks;
using TorchSharp.Modules;
using static TorchSharp.torch;

namespace DeepLearningCourse.Tests.Models;

/// <summary>Layers that get null for a tensor, or give an empty one in its place: an attention's masks and weights.</summary>
public sealed class EmptyTensorTests : NetworkTest
{
    // TorchSharp counts an empty tensor when it is made, and never as disposed: it has nothing to dispose.
    private static long emptyTensors;

    protected override long LiveTensors => base.LiveTensors - emptyTensors;

    [Test]
    public void A_network_with_an_attention_is_summarized_drawn_and_looked_into()
    {
        using Attentive model = new();
        var X = rand(4, 3, 8);

        var summary = model.Summary(X);
        var activations = model.Activations(X);

        Assert.That(summary.Layers.Select(layer => layer.Path), Is.EqualTo(new[] { "", "attention", "head" }));
        Assert.That(summary.Layers[1].OutputShapes, Is.EqualTo(new[] { new long[] { 4, 3, 8 } }), "without the weights that it does not compute");
        Assert.That(activations["attention"].shape, Is.EqualTo(new long[] { 4, 3, 8 }));
        Assert.That(model.Diagram(X).ToString(), Does.Contain("attention").And.Contain("[4, 3, 8]"));
    }

    [Test]
    public void It_is_trained_with_the_check_of_the_first_batch_and_a_guard()
    {
        using Attentive model = new();
        using NanGuard guard = new();
        using var optimizer = optim.SGD(model.parameters(), 0.1);
        (Tensor, Tensor)[] batches = [(rand(4, 3, 8), rand(4, 3, 1)), (rand(4, 3, 8), rand(4, 3, 1))];
        var before = model.head.weight.detach().clone();

        new Trainer(model, nn.MSELoss(), optimizer, new() { Epochs = 1, ShowProgress = false, Callbacks = [guard] }).Fit(batches);

        Assert.That(model.head.weight.equal(before).all().item<bool>(), Is.False);
        Assert.That(guard.Finding, Is.Null);
    }

    [Test]
    public void A_guard_finds_the_layer_behind_an_attention()
    {
        using Attentive model = new();
        using NanGuard guard = new();
        using var optimizer = optim.SGD(model.parameters(), 0.1);
        (Tensor, Tensor)[] batches = [(full([4, 3, 8], float.MaxValue), rand(4, 3, 1))];

        Assert.That(
            () => new Trainer(model, nn.MSELoss(), optimizer, new() { Epochs = 1, ShowProgress = false, CheckFirstBatch = false, Callbacks = [guard] }).Fit(batches),
            Throws.TypeOf<TrainingException>());
        Assert.That(guard.Where, Is.EqualTo("attention"));
    }

    [Test]
    public void A_layer_that_gets_what_an_attention_did_not_compute_says_so()
    {
        using UsesWeights model = new();

        Assert.That(Message(() => model.call(rand(4, 3, 8))), Is.EqualTo(
            "Layer 'head' (Linear) got an empty tensor. Layer 'attention' (MultiheadAttention) gave it in place of one that it did not compute: "
            + "call it with need_weights: true, or leave its weights aside."));
    }

    [Test]
    public void So_does_an_operation_of_forward()
    {
        using UsesWeights model = new() { Between = true };

        Assert.That(Message(() => model.call(rand(4, 3, 8))), Is.EqualTo(
            "forward of UsesWeights used an empty tensor, or one that was disposed. Layer 'attention' (MultiheadAttention) gave it in place of one that it did "
            + "not compute: call it with need_weights: true, or leave its weights aside."));
    }

    [Test]
    public void A_null_that_is_meant_is_not_blamed_for_another_mistake()
    {
        using Masked model = new();
        using var x = rand(4, 9);

        Assert.That(model.call(rand(4, 8), null).shape, Is.EqualTo(new long[] { 4, 1 }));
        Assert.That(Message(() => model.call(x, null)), Does.StartWith("Layer 'head' (Linear(in_features=8, out_features=1, bias=True)) got [4, 9] and needs [*, 8]."));
        Assert.That(Message(() => model.call(null!, x)), Is.EqualTo("Masked got null in place of a tensor as input 1. Look at where the data comes from."));
    }

    private static string Message(Action action) => Assert.Throws<ForwardException>(() => action())!.Message;

    private static Tuple<Tensor, Tensor> WithoutWeights(MultiheadAttention attention, Tensor x)
    {
        emptyTensors++;
        return attention.call(x, x, x, null!, false, null!);
    }

    private sealed class Attentive : MyNeuralNetwork
    {
        private readonly MultiheadAttention attention = nn.MultiheadAttention(8, 2);
        public readonly Linear head = nn.Linear(8, 1);

        public override Tensor forward(Tensor x) => head.call(WithoutWeights(attention, x).Item1);
    }

    private sealed class UsesWeights : MyNeuralNetwork
    {
        private readonly MultiheadAttention attention = nn.MultiheadAttention(8, 2);
        private readonly Linear head = nn.Linear(8, 1);

        public bool Between { get; init; }

        public override Tensor forward(Tensor x)
        {
            var weights = WithoutWeights(attention, x).Item2;
            return head.call(Between ? weights.relu() : weights);
        }
    }

    private sealed class Masked : MyNeuralNetwork<Tensor, Tensor?, Tensor>
    {
        private readonly Linear head = nn.Linear(8, 1);

        public override Tensor forward(Tensor x, Tensor? mask) => head.call(mask is null ? x : x * mask);
    }
}
