using System.Diagnostics;
using DeepLearningCourse.Benchmarks.Comparison;
using DeepLearningCourse.Data;
using static TorchSharp.torch;

namespace DeepLearningCourse.Benchmarks.Loading;

/// <summary>The loader against TorchSharp's and PyTorch's, in one run.</summary>
internal static class LoaderComparison
{
    private const int Samples = 20000;

    // At a stretch, with one loader, as training has it.
    private const int Epochs = 3;

    public static void Run(int rounds)
    {
        set_num_threads(2);
        using var python = PythonPeer.TryStart("Loading");
        SlidesDataset(rounds, python);
        InMemory(rounds);
        Images(rounds, python);
        Overlap();
    }

    private static void SlidesDataset(int rounds, PythonPeer? python)
    {
        var random = new Random(0);
        var X = Enumerable.Range(0, Samples).Select(_ => Enumerable.Range(0, 10).Select(_ => random.NextSingle()).ToArray()).ToArray();
        var y = X.Select(row => row.Sum()).ToArray();
        var contest = new Contestants();

        foreach (var workers in new[] { 0, 1, 2 })
        {
            contest.Add($"arrays as samples, numWorkers {workers}", Epochs, () => Exhaust(new Rows.Arrays(X, y), 32, workers));
        }

        foreach (var workers in new[] { 0, 1, 2 })
        {
            contest.Add($"tensors as samples, numWorkers {workers}", Epochs, () => Exhaust(new Rows.Tensors(X, y), 32, workers));
        }

        contest.Add("TorchSharp's DataLoader", Epochs, () =>
        {
            using var data = new Rows.TorchSharps(X, y);
            using var loader = new TorchSharp.Modules.DataLoader(data, 32, shuffle: true);

            for (var epoch = 0; epoch < Epochs; epoch++)
            {
                foreach (var batch in loader)
                {
                    foreach (var value in batch.Values)
                    {
                        value.Dispose();
                    }
                }
            }
        });
        AddPython(contest, python, "rows");
        Print("The slides' MyDataset: 10 features, 1 target, batch 32, shuffled", Samples, contest, rounds);
    }

    private static void InMemory(int rounds)
    {
        using var X = rand(60000, 784);
        using var y = randint(10, 60000);
        using var data = new InMemoryDataset(X, y);
        using var loader = new DataLoader<(Tensor features, Tensor target)>(data, batchSize: 64, shuffle: true);
        var contest = new Contestants();
        contest.Add("randperm + index_select by hand", Epochs, () =>
        {
            for (var epoch = 0; epoch < Epochs; epoch++)
            {
                using var scope = NewDisposeScope();
                var order = randperm(60000);

                for (var first = 0; first < 60000; first += 64)
                {
                    using var inner = NewDisposeScope();
                    var index = order.narrow(0, first, Math.Min(64, 60000 - first));
                    _ = (X.index_select(0, index), y.index_select(0, index));
                }
            }
        });
        contest.Add("InMemoryDataset, numWorkers 0", Epochs, () => Exhaust(loader));
        contest.Add("InMemoryDataset, numWorkers 1", Epochs, () => Exhaust(data, 64, 1));
        Print("60000×784 floats in memory, batch 64, shuffled", 60000, contest, rounds);

        var before = GC.GetTotalAllocatedBytes(precise: true);
        Exhaust(loader);
        Console.WriteLine($"\nManaged garbage per batch: {(GC.GetTotalAllocatedBytes(precise: true) - before) / (Epochs * loader.Count)} bytes, the order of the epoch included, which is 8 bytes a sample.");
    }

    private static void Images(int rounds, PythonPeer? python)
    {
        var images = new PixelImages();
        var contest = new Contestants();

        foreach (var workers in new[] { 0, 1, 2 })
        {
            contest.Add($"SpanDataset, numWorkers {workers}", Epochs, () => Exhaust(images, 32, workers));
        }

        AddPython(contest, python, "images");
        Print("3×224×224 bytes made normalised floats, batch 32, shuffled", images.Count, contest, rounds);
        PeakMemory(images);
    }

    private static void PeakMemory(PixelImages images)
    {
        const double batch = 32 * 3 * 224 * 224 * 4 / 1e6;
        using var loader = new DataLoader<(Tensor features, Tensor target)>(images, batchSize: 32, shuffle: true, numWorkers: 2);
        var places = new HashSet<nint>();

        for (var epoch = 0; epoch < 5; epoch++)
        {
            foreach (var (features, _) in loader)
            {
                places.Add(Address(features));
            }
        }

        Console.WriteLine(FormattableString.Invariant(
            $"\nnumWorkers 2, 4 batches ahead: 5 epochs lived in {places.Count} blocks of {batch:F1} MB ((4 + 2) batches would be 6)."));
    }

    private static unsafe nint Address(Tensor tensor)
    {
        fixed (byte* data = tensor.bytes)
        {
            return (nint)data;
        }
    }

    /// <summary>8 samples that take 5 ms each to load, 40 ms of computing per batch, 4 workers.</summary>
    private static void Overlap()
    {
        const int batches = 50;
        using var loader = new DataLoader<Tensor>(new Slow(8 * batches), batchSize: 8, numWorkers: 4);
        var start = Stopwatch.GetTimestamp();

        foreach (var _ in loader)
        {
            var busy = Stopwatch.GetTimestamp();

            while (Stopwatch.GetElapsedTime(busy).TotalMilliseconds < 40)
            {
            }
        }

        var total = Stopwatch.GetElapsedTime(start).TotalMilliseconds;
        Console.WriteLine(FormattableString.Invariant(
            $"\nOverlap: {batches} batches of 8 samples x 5 ms loading and 40 ms computing, 4 workers: {total:F0} ms in all, computing alone {40 * batches} ms ({total / (40 * batches):F3})."));
    }

    private static void Print(string title, long samples, Contestants contest, int rounds)
    {
        var result = contest.Measure(rounds);
        MarkdownTable.Print(
            $"{title} ({samples} samples, median of {rounds} rounds in turn)",
            ["", "ms per epoch", "samples per second"],
            result.Names.Select(name => (string[])[name, $"{result.Median(name) * 1000:F1}", $"{samples / result.Median(name):N0}"]));
    }

    private static void AddPython(Contestants contest, PythonPeer? python, string what)
    {
        foreach (var workers in python is null ? [] : new[] { 0, 1, 2 })
        {
            contest.Add($"PyTorch's DataLoader, num_workers {workers}", () => python!.Seconds($"{what} {workers}"));
        }
    }

    private static void Exhaust(DataSource data, int batchSize, int workers)
    {
        using var loader = new DataLoader<(Tensor features, Tensor target)>(data, batchSize, shuffle: true, numWorkers: workers, seed: 1);
        Exhaust(loader);
    }

    private static void Exhaust(DataLoader<(Tensor features, Tensor target)> loader)
    {
        for (var epoch = 0; epoch < Epochs; epoch++)
        {
            foreach (var _ in loader)
            {
            }
        }
    }

    private sealed class Slow(long count) : Dataset<long>
    {
        public override long Count => count;

        public override long this[long index]
        {
            get
            {
                Thread.Sleep(5);
                return index;
            }
        }
    }
}
