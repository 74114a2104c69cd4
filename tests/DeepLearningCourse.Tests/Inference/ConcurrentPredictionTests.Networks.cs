using DeepLearningCourse.Models;
using DeepLearningCourse.Models.Layers;
using TorchSharp.Modules;
using static TorchSharp.torch;

namespace DeepLearningCourse.Tests.Inference;

/// <content>The networks.</content>
public sealed partial class ConcurrentPredictionTests
{
    /// <summary>Stops on its way to its normalization.</summary>
    private sealed class Paused : MyNeuralNetwork
    {
        private readonly Linear first = nn.Linear(4, 16);
        private readonly BatchNorm1d norm = nn.BatchNorm1d(16);

        public ManualResetEventSlim Inside { get; } = new();

        public ManualResetEventSlim Go { get; } = new();

        public override Tensor forward(Tensor x)
        {
            Inside.Set();
            Assert.That(Go.Wait(TimeSpan.FromSeconds(30)), Is.True);
            return norm.call(first.call(x));
        }
    }

    private sealed class Recurrent : MyNeuralNetwork
    {
        private readonly LSTM lstm = nn.LSTM(4, 8, numLayers: 2, dropout: 0.5, batchFirst: true);

        public override Tensor forward(Tensor x) => lstm.call(x.unsqueeze(1)).Item1;
    }

    private sealed class Attentive : MyNeuralNetwork
    {
        private readonly TransformerEncoderLayer layer = nn.TransformerEncoderLayer(4, 2, 8, dropout: 0.5);

        public override Tensor forward(Tensor x) => layer.call(x.unsqueeze(1), null!, null!);
    }

    private sealed class Registered : nn.Module<Tensor, Tensor>
    {
        private readonly Linear fc = nn.Linear(4, 8);
        private readonly Dropout drop = nn.Dropout(0.5);

        public Registered()
            : base(nameof(Registered)) => RegisterComponents();

        public override Tensor forward(Tensor x) => drop.call(fc.call(x));
    }

    private sealed class Threefold : MyNeuralNetwork
    {
        public readonly Linear fc = nn.Linear(2, 3);

        public override Tensor forward(Tensor x) => fc.call(x);
    }

    private sealed class Around : MyNeuralNetwork
    {
        private readonly Dropout before = nn.Dropout(0.5);

        public required Moody inner { get; init; }

        public override Tensor forward(Tensor x) => inner.call(before.call(x));
    }

    private sealed class Unused : MyNeuralNetwork
    {
        private readonly List<List<Linear>> blocks = [[nn.Linear(4, 4)], [nn.Linear(4, 4)]];
        private readonly LazyLinear head = new(2);

        public override Tensor forward(Tensor x) => head.call(blocks.SelectMany(block => block).Aggregate(x, (h, layer) => layer.call(h)));
    }

    private sealed class OwnTrain : MyNeuralNetwork
    {
        public readonly Dropout inner = nn.Dropout(0.9);

        public bool IsNoisy { get; private set; } = true;

        public override void train(bool train = true)
        {
            base.train(train);
            inner.eval();
            IsNoisy = train;
        }

        public override Tensor forward(Tensor x) => IsNoisy ? inner.call(x) + 1 : inner.call(x).alias();
    }

    private sealed class Growing : MyNeuralNetwork
    {
        public readonly List<Dropout> more = [];
        public readonly Sequential sequence = nn.Sequential(nn.Identity());

        public Dropout drop { get; set; } = nn.Dropout(0.9);

        public override Tensor forward(Tensor x) => sequence.call(more.Aggregate(drop.call(x), (h, layer) => layer.call(h)));
    }

    private sealed class Same : MyNeuralNetwork
    {
        public readonly Tensor Kept = ones(2, 2);

        public override Tensor forward(Tensor x) => x.shape[0] == 1 ? x : Kept;
    }
}
