using DeepLearningCourse.Benchmarks.Comparison;
using DeepLearningCourse.Models;
using DeepLearningCourse.Optimization;
using static TorchSharp.torch;

namespace DeepLearningCourse.Benchmarks.Training;

/// <summary>From which work on several threads pay, and whether the Trainer chooses so.</summary>
internal static class ThreadsByWork
{
    private static readonly (string Name, int BatchSize, long[] Shape, Func<nn.Module<Tensor, Tensor>[]> Layers)[] All =
    [
        Perceptron(32, 10, 32, 10),
        Perceptron(32, 10, 32, 64, 10),
        Perceptron(64, 32, 64, 64, 10),
        Perceptron(64, 64, 128, 64, 10),
        Perceptron(64, 128, 128, 128, 10),
        Perceptron(128, 128, 128, 128, 10),
        Perceptron(128, 256, 256, 256, 10),
        Perceptron(128, 784, 512, 256, 10),
        Perceptron(256, 784, 1024, 512, 10),
        Perceptron(256, 1024, 2048, 512, 10),
        Convolutions(16, 1, 8, 2, 4),
        Convolutions(16, 1, 16, 4, 8),
        Convolutions(32, 1, 16, 8, 16),
        Convolutions(32, 1, 28, 8, 16),
        Convolutions(32, 3, 32, 16, 32),
        Convolutions(64, 3, 32, 32, 64),
    ];

    public static void Run(int rounds, int threads)
    {
        List<(long Work, string[] Cells)> rows = [];

        foreach (var (name, batchSize, shape, layers) in All)
        {
            using var model = new Networks.Layers(layers());
            var work = model.Summary([batchSize, .. shape]).MultiplyAdds;
            rows.Add((work, [name, $"{work:N0}", .. Row(Measure(batchSize, shape, layers, work, rounds, threads))]));
        }

        MarkdownTable.Print(
            $"Trainer.Fit with 1 thread, with {threads}, and with its own choice; µs per step, Adam, batches in memory",
            ["network", "multiply-adds of a batch", "1 thread", $"{threads} threads", "own choice", $"{threads} threads / 1", "own choice / the better"],
            rows.OrderBy(row => row.Work).Select(row => row.Cells));
    }

    private static Standings Measure(int batchSize, long[] shape, Func<nn.Module<Tensor, Tensor>[]> layers, long work, int rounds, int threads)
    {
        const double lr = 1e-5;
        var steps = (int)Math.Clamp(1_000_000_000 / work, 10, 200);
        using var data = TrainingData.Classes(10, batchSize, shape);
        var batches = Enumerable.Repeat(data.Batches, steps / 10).SelectMany(batch => batch).ToArray();
        using var one = Ours();
        using var all = Ours();
        using var own = Ours();
        var contest = new Contestants(TimeSpan.FromSeconds(0.7));
        contest.Add("one", batches.Length, () => one.Fit(batches, threads: 1));
        contest.Add("all", batches.Length, () => all.Fit(batches, threads: threads));
        contest.Add("own", batches.Length, () => own.Fit(batches));
        return contest.Measure(rounds);

        Learner Ours() => Learner.Create(() => new Networks.Layers(layers()), nn.CrossEntropyLoss(), parameters => Optimizers.Adam(parameters, lr));
    }

    private static string[] Row(Standings result) =>
    [
        .. result.Names.Select(name => Standings.Microseconds(result.Median(name))),
        $"{result.Ratio("all", "one"):F2}",
        $"{result.Ratio("own", result.Median("all") < result.Median("one") ? "all" : "one"):F2}",
    ];

    private static (string, int, long[], Func<nn.Module<Tensor, Tensor>[]>) Perceptron(int batchSize, params long[] widths) =>
        ($"{string.Join(" → ", widths)}, batch {batchSize}", batchSize, widths[..1], () => Networks.Perceptron(widths));

    private static (string, int, long[], Func<nn.Module<Tensor, Tensor>[]>) Convolutions(int batchSize, long channels, long side, long first, long second) =>
        ($"{channels}×{side}×{side}, convolutions to {first} and {second}, batch {batchSize}", batchSize, [channels, side, side],
            () => Networks.Convolutions(side, channels, first, second));
}
