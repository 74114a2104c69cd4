using System.Xml.Linq;
using DeepLearningCourse.Models;
using DeepLearningCourse.Models.Layers;
using TorchSharp.Modules;
using static TorchSharp.torch;

namespace DeepLearningCourse.Tests.Models;

public sealed class RegistryHtmlTests : NetworkTest
{
    [Test]
    public void The_tree_has_each_layer_with_its_shapes_and_numbers()
    {
        using BinaryClassifier model = new();
        var html = XElement.Parse(model.ToHtml());

        Assert.That(html.Descendants("summary").Single().Value, Is.EqualTo("BinaryClassifier \u00B7 2,529 parameters"));
        Assert.That(html.Descendants("div").Select(line => line.Value), Is.EqualTo(new[]
        {
            "(w1): Linear(in_features=10, out_features=32, bias=True) \u00B7 weight [32, 10], bias [32] \u00B7 352 parameters",
            "(w2): Linear(in_features=32, out_features=64, bias=True) \u00B7 weight [64, 32], bias [64] \u00B7 2,112 parameters",
            "(w3): Linear(in_features=64, out_features=1, bias=True) \u00B7 weight [1, 64], bias [1] \u00B7 65 parameters",
            "(relu_1): ReLU()",
            "(relu_2): ReLU()",
        }));
    }

    [Test]
    public void Branches_open_and_close_and_the_deep_ones_are_closed()
    {
        using Outer model = new();
        var branches = XElement.Parse(model.ToHtml()).Descendants("details").ToList();

        Assert.That(branches.Select(branch => (branch.Element("summary")!.Value.Split(' ')[0], branch.Attribute("open") is not null)), Is.EqualTo(new[]
        {
            ("Outer", true), ("(middle):", true), ("(inner):", false),
        }));
        Assert.That(branches[0].Element("summary")!.Value, Is.EqualTo("Outer \u00B7 scale [2] frozen \u00B7 5 parameters"));
    }

    [Test]
    public void Equal_layers_of_a_list_are_one_line_and_count_all()
    {
        using Listed model = new();
        var html = XElement.Parse(model.ToHtml());

        Assert.That(html.Descendants("div").Single().Value, Does.StartWith("(0-2): 3 x Linear(in_features=2, out_features=2, bias=True)"));
        Assert.That(html.Descendants("summary").First().Value, Is.EqualTo("Listed \u00B7 18 parameters"));
    }

    [Test]
    public void A_shared_layer_counts_once_and_a_lazy_one_says_what_it_waits_for()
    {
        using Shared model = new();
        var html = XElement.Parse(model.ToHtml());

        Assert.That(html.Descendants("summary").Single().Value, Does.StartWith("Shared \u00B7 3 parameters"));
        Assert.That(html.Value, Does.Contain("of a size that the first input shows"));
    }

    [Test]
    public void A_disposed_network_can_still_be_shown()
    {
        BinaryClassifier model = new();
        model.Dispose();

        Assert.That(() => XElement.Parse(model.ToHtml()), Throws.Nothing);
    }

    private sealed class Outer : MyNeuralNetwork
    {
        public Parameter scale { get; } = new(ones(2), requires_grad: false);

        public Middle middle { get; } = new();

        public override Tensor forward(Tensor x) => middle.call(x);
    }

    private sealed class Middle : MyNeuralNetwork
    {
        public Line inner { get; } = new();

        public override Tensor forward(Tensor x) => inner.call(x);
    }

    private sealed class Listed : MyNeuralNetwork
    {
        public List<Linear> hidden { get; } = [nn.Linear(2, 2), nn.Linear(2, 2), nn.Linear(2, 2)];

        public override Tensor forward(Tensor x) => x;
    }

    private sealed class Shared : MyNeuralNetwork
    {
        public Shared() => second = first;

        public Linear first { get; } = nn.Linear(2, 1);

        public Linear second { get; }

        public LazyLinear last { get; } = new(3);

        public override Tensor forward(Tensor x) => x;
    }
}
