using DeepLearningCourse.Models;
using TorchSharp.Modules;
using static TorchSharp.torch;

namespace DeepLearningCourse.Benchmarks.Training;

/// <summary>The networks that are trained.</summary>
internal static class Networks
{
    /// <summary>Linear layers of these widths with ReLU between them.</summary>
    public static nn.Module<Tensor, Tensor>[] Perceptron(params long[] widths) =>
    [
        .. widths.Zip(widths[1..]).SelectMany((pair, i) => new nn.Module<Tensor, Tensor>[]
        {
            nn.Linear(pair.First, pair.Second),
            nn.ReLU(),
        }.Take(i < widths.Length - 2 ? 2 : 1)),
    ];

    /// <summary>LeNet on 1×28×28.</summary>
    public static nn.Module<Tensor, Tensor>[] LeNet() =>
    [
        nn.Conv2d(1, 6, 5, padding: 2), nn.ReLU(), nn.MaxPool2d(2),
        nn.Conv2d(6, 16, 5), nn.ReLU(), nn.MaxPool2d(2),
        nn.Flatten(), .. Perceptron(400, 120, 84, 10),
    ];

    /// <summary>Two 3×3 convolutions, each halving a square picture's side, and a layer to ten classes.</summary>
    public static nn.Module<Tensor, Tensor>[] Convolutions(long side, long channels, long first, long second) =>
    [
        nn.Conv2d(channels, first, 3, padding: 1), nn.ReLU(), nn.MaxPool2d(2),
        nn.Conv2d(first, second, 3, padding: 1), nn.ReLU(), nn.MaxPool2d(2),
        nn.Flatten(), nn.Linear(second * (side / 4) * (side / 4), 10),
    ];

    /// <summary>The slides' network as a class of TorchSharp's.</summary>
    public sealed class TorchSharps : nn.Module<Tensor, Tensor>
    {
        private readonly Linear w1 = nn.Linear(10, 32);
        private readonly Linear w2 = nn.Linear(32, 64);
        private readonly Linear w3 = nn.Linear(64, 1);
        private readonly ReLU relu_1 = nn.ReLU();
        private readonly ReLU relu_2 = nn.ReLU();

        public TorchSharps()
            : base(nameof(TorchSharps)) => RegisterComponents();

        public override Tensor forward(Tensor x) => w3.call(relu_2.call(w2.call(relu_1.call(w1.call(x)))));
    }

    /// <summary>The slides' network as a class of this library's.</summary>
    public sealed class Slides : MyNeuralNetwork
    {
        private readonly Linear w1 = nn.Linear(10, 32);
        private readonly Linear w2 = nn.Linear(32, 64);
        private readonly Linear w3 = nn.Linear(64, 1);
        private readonly ReLU relu_1 = nn.ReLU();
        private readonly ReLU relu_2 = nn.ReLU();

        public override Tensor forward(Tensor x) => w3.call(relu_2.call(w2.call(relu_1.call(w1.call(x)))));
    }

    /// <summary>Any layers one after the other, as a class of this library's.</summary>
    public sealed class Layers(nn.Module<Tensor, Tensor>[] layers) : MyNeuralNetwork
    {
        private readonly nn.Module<Tensor, Tensor>[] layers = layers;

        public override Tensor forward(Tensor x) => layers.Aggregate(x, (h, layer) => layer.call(h));
    }
}
