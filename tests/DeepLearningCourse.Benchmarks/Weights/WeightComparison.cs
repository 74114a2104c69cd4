using System.Globalization;
using DeepLearningCourse.Benchmarks.Comparison;
using DeepLearningCourse.Models;
using TorchSharp.Modules;
using static TorchSharp.torch;

namespace DeepLearningCourse.Benchmarks.Weights;

/// <summary>Loading and saving a gigabyte of weights, against reading and writing the same file.</summary>
internal static class WeightComparison
{
    private const int Layers = 16;
    private const int Width = 4096;

    public static void Run(int rounds)
    {
        using var folder = new Folder();
        WarmUp(folder["small.safetensors"]);
        var before = Resident();
        using var model = new Wide(Width);
        var bytes = model.parameters().Sum(parameter => parameter.numel() * parameter.element_size());
        model.SaveWeights(folder["w.safetensors"]);
        ResetPeak();
        model.LoadWeights(folder["w.safetensors"]);
        var peak = (Peak() - before) / (double)bytes;
        model.SaveWeights(folder["w.pt"]);
        model.save(folder["w.dat"]);

        // Each runs once beforehand, which warms the cache and the compiler.
        var contest = new Contestants(TimeSpan.Zero);
        contest.Add("reading the file into one buffer, by parts of 64 MB", 1, () => ReadThrough(folder["w.safetensors"]));
        contest.Add("LoadWeights, .safetensors", 1, () => model.LoadWeights(folder["w.safetensors"]));
        contest.Add("WeightFile.Open and a sum of each tensor", 1, () => SumAll(folder["w.safetensors"]));
        contest.Add("LoadWeights, .pt", 1, () => model.LoadWeights(folder["w.pt"]));
        contest.Add("TorchSharp's load", 1, () => model.load(folder["w.dat"]));
        contest.Add("SaveWeights, .safetensors", 1, () => model.SaveWeights(folder["copy.safetensors"]));
        contest.Add("SaveWeights, .pt", 1, () => model.SaveWeights(folder["copy.pt"]));
        var result = contest.Measure(rounds);
        MarkdownTable.Print(
            $"{bytes / 1e9:F2} GB of weights in {Layers} layers, median of {rounds} rounds in turn; the files are in the system's cache",
            ["", "s", "GB/s"],
            result.Names.Select(name => (string[])[name, $"{result.Median(name):F3}", $"{bytes / 1e9 / result.Median(name):F2}"]));
        Console.WriteLine();
        Console.WriteLine($"Peak memory of LoadWeights, .safetensors, with the network that it fills: {peak:F3} times the weights");
    }

    private static void WarmUp(string path)
    {
        using var small = new Wide(16);
        small.SaveWeights(path);
        small.LoadWeights(path);
        using var output = small.call(ones(1, 16));
    }

    private static void ReadThrough(string path)
    {
        var buffer = new byte[64 << 20];
        using var file = File.OpenHandle(path);

        for (long position = 0; RandomAccess.Read(file, buffer, position) is var count && count > 0;)
        {
            position += count;
        }
    }

    private static void SumAll(string path)
    {
        using var file = WeightFile.Open(path);

        foreach (var name in file.Weights.Keys)
        {
            using var scope = NewDisposeScope();
            _ = file.Read(name).sum();
        }
    }

    // From Linux's own accounts.
    private static long Resident() => Status("VmRSS");

    private static long Peak() => Status("VmHWM");

    private static void ResetPeak() => File.WriteAllText("/proc/self/clear_refs", "5");

    private static long Status(string name) =>
        long.Parse(File.ReadLines("/proc/self/status").First(line => line.StartsWith(name, StringComparison.Ordinal)).Split(' ', StringSplitOptions.RemoveEmptyEntries)[1], CultureInfo.InvariantCulture) * 1024;

    private sealed class Wide(int width) : MyNeuralNetwork
    {
        private readonly List<Linear> layers = [.. Enumerable.Range(0, Layers).Select(_ => nn.Linear(width, width))];

        public override Tensor forward(Tensor x) => layers.Aggregate(x, (h, layer) => layer.call(h));
    }

    private sealed class Folder : IDisposable
    {
        private readonly DirectoryInfo folder = Directory.CreateTempSubdirectory();

        public string this[string name] => Path.Combine(folder.FullName, name);

        public void Dispose() => folder.Delete(recursive: true);
    }
}
