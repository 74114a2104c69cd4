using DeepLearningCourse.Models;
using TorchSharp.Modules;
using static TorchSharp.torch;

namespace DeepLearningCourse.Tests.Models;

/// <summary>Networks whose data takes other ways than straight on.</summary>
internal static class DiagramNetworks
{
    public sealed class Residual : MyNeuralNetwork
    {
        private readonly Linear inner = nn.Linear(8, 8);
        private readonly Linear head = nn.Linear(8, 2);

        public override Tensor forward(Tensor x) => head.call(x + inner.call(x));
    }

    public sealed class Block(long from, long to) : MyNeuralNetwork
    {
        private readonly Conv2d conv = nn.Conv2d(from, to, 3, padding: 1);
        private readonly BatchNorm2d norm = nn.BatchNorm2d(to);
        private readonly Conv2d? shortcut = from == to ? null : nn.Conv2d(from, to, 1);

        public override Tensor forward(Tensor x) => nn.functional.relu(norm.call(conv.call(x)) + (shortcut?.call(x) ?? x));
    }

    public sealed class Blocks : MyNeuralNetwork
    {
        public readonly Sequential Stem = nn.Sequential(nn.Conv2d(3, 4, 3, padding: 1), nn.BatchNorm2d(4), nn.ReLU());
        private readonly List<Block> blocks = [new Block(4, 4), new Block(4, 6)];
        private readonly Linear head = nn.Linear(6, 2);

        public override Tensor forward(Tensor x)
        {
            x = Stem.call(x);

            foreach (var block in blocks)
            {
                x = block.call(x);
            }

            return head.call(x.mean([2, 3]));
        }
    }

    public sealed class Convolutional : MyNeuralNetwork
    {
        private readonly Sequential features = nn.Sequential(nn.Conv2d(3, 6, 3, padding: 1), nn.BatchNorm2d(6), nn.ReLU(), nn.MaxPool2d(2));
        private readonly Linear head = nn.Linear(96, 5);

        public override Tensor forward(Tensor x) => head.call(features.call(x).flatten(1));
    }

    public sealed class Shared : MyNeuralNetwork
    {
        private readonly Linear first = nn.Linear(4, 4);

        public override Tensor forward(Tensor x) => first.call(first.call(x));
    }

    public sealed class Pair : MyNeuralNetwork<Tensor, Tensor, Tensor>
    {
        private readonly Linear left = nn.Linear(3, 2);
        private readonly Linear right = nn.Linear(5, 2);

        public override Tensor forward(Tensor a, Tensor b) => left.call(a) + right.call(b);
    }

    public sealed class Nested : MyNeuralNetwork
    {
        private readonly Residual encoder = new();
        private readonly Sequential decoder = nn.Sequential(nn.Linear(2, 3), nn.Sequential(nn.Tanh(), nn.Linear(3, 1)));

        public override Tensor forward(Tensor x) => decoder.call(encoder.call(x));
    }

    public sealed class Recurrent : MyNeuralNetwork
    {
        private readonly LSTM encoder = nn.LSTM(3, 7, batchFirst: true);
        private readonly LSTM decoder = nn.LSTM(7, 7, batchFirst: true);
        private readonly Linear head = nn.Linear(7, 2);

        public override Tensor forward(Tensor x)
        {
            var (states, h, c) = encoder.call(x);
            return head.call(decoder.call(states, (h, c)).Item1[.., -1]);
        }
    }

    public sealed class Attention : MyNeuralNetwork
    {
        private readonly Linear query = nn.Linear(8, 4);
        private readonly Linear key = nn.Linear(8, 4);
        private readonly Linear value = nn.Linear(8, 6);
        private readonly Linear head = nn.Linear(6, 8);

        public override Tensor forward(Tensor x) =>
            head.call(nn.functional.scaled_dot_product_attention(query.call(x), key.call(x), value.call(x)));
    }

    public sealed class Skip : MyNeuralNetwork
    {
        private readonly Conv2d down = nn.Conv2d(3, 4, 2, stride: 2);
        private readonly ConvTranspose2d up = nn.ConvTranspose2d(4, 5, 2, stride: 2);
        private readonly Conv2d head = nn.Conv2d(8, 1, 1);

        public override Tensor forward(Tensor x) => head.call(cat([up.call(down.call(x)), x], 1));
    }

    public sealed class Words : MyNeuralNetwork
    {
        private readonly Embedding table = nn.Embedding(10, 4);

        public override Tensor forward(Tensor x) => table.call(x);
    }

    public sealed class Freeing : MyNeuralNetwork
    {
        private readonly Linear first = nn.Linear(100, 100);
        private readonly Linear second = nn.Linear(100, 100);

        public override Tensor forward(Tensor x)
        {
            // One of those that are made after the first is gone, and as large, gets its memory.
            first.call(x).Dispose();
            return Enumerable.Range(0, 30).Select(_ => second.call(x.cos())).Last();
        }
    }
}
