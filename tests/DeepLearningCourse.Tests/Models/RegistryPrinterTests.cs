using DeepLearningCourse.Models;
using TorchSharp.Modules;
using static TorchSharp.torch;

namespace DeepLearningCourse.Tests.Models;

public sealed class RegistryPrinterTests : NetworkTest
{
    [Test]
    public void The_slides_network_prints_as_in_PyTorch()
    {
        using var model = new BinaryClassifier();

        Assert.That(model.ToString(), Is.EqualTo(Recorded[0]));
    }

    [Test]
    public void Nested_networks_containers_and_common_layers_print_as_in_PyTorch()
    {
        using var model = new Everything();

        Assert.That(model.ToString(), Is.EqualTo(Recorded[1]));
    }

    [Test]
    public void Equal_neighbours_of_a_list_print_once_as_PyTorch_2_does()
    {
        using var model = new Stack();

        Assert.That(model.ToString(), Is.EqualTo(
            """
            Stack(
              (layers): ModuleList(
                (0-2): 3 x Linear(in_features=4, out_features=4, bias=True)
                (3): ReLU(inplace=True)
              )
            )
            """));
    }

    private static string[] Recorded =>
        File.ReadAllText(Path.Combine(TestContext.CurrentContext.TestDirectory, "Reference", "registry.txt"))
            .TrimEnd().Split("\n\n");

    private sealed class Stack : MyNeuralNetwork
    {
        private readonly List<nn.Module<Tensor, Tensor>> layers =
            [nn.Linear(4, 4), nn.Linear(4, 4), nn.Linear(4, 4), nn.ReLU(inplace: true)];

        public override Tensor forward(Tensor x) => layers.Aggregate(x, (t, layer) => layer.call(t));
    }

    private sealed class Block : MyNeuralNetwork
    {
        private readonly BatchNorm2d norm = nn.BatchNorm2d(8);
        private readonly Dropout dropout = nn.Dropout(0.25);

        public override Tensor forward(Tensor x) => dropout.call(norm.call(x));
    }

    private sealed class Everything : MyNeuralNetwork
    {
        private readonly Conv2d conv = nn.Conv2d(1, 8, 3, padding: 1);
        private readonly Conv2d strided = nn.Conv2d(8, 8, (3, 5), stride: (2, 2), bias: false);
        private readonly Block block = new();
        private readonly MaxPool2d pool = nn.MaxPool2d(2);
        private readonly Flatten flatten = nn.Flatten();
        private readonly List<Linear> hidden = [nn.Linear(4, 4), nn.Linear(4, 3), nn.Linear(3, 2, hasBias: false)];
        private readonly Dictionary<string, nn.Module<Tensor, Tensor>> named = new() { ["left"] = nn.Linear(2, 2), ["right"] = nn.LeakyReLU(0.1) };
        private readonly Embedding embedding = nn.Embedding(10, 3);
        private readonly LayerNorm norm = nn.LayerNorm(4);
        private readonly Sequential head = nn.Sequential(nn.Linear(4, 4), nn.ReLU(), nn.Softmax(dim: 1));

        public override Tensor forward(Tensor x) =>
            head.call(norm.call(embedding.call(named["left"].call(hidden[0].call(flatten.call(pool.call(block.call(strided.call(conv.call(x))))))))));
    }
}
