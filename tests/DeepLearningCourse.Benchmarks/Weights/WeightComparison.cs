using System.Diagnostics;
using System.Globalization;
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
        CultureInfo.CurrentCulture = CultureInfo.InvariantCulture;
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
        Console.WriteLine($"{bytes / 1e9:F2} GB of weights in {Layers} layers, median of {rounds} rounds in turn; the files are in the system's cache");
        Console.WriteLine();

        (string Name, Action Run)[] contestants =
        [
            ("reading the file into one buffer, by parts of 64 MB", () => ReadThrough(folder["w.safetensors"])),
            ("LoadWeights, .safetensors", () => model.LoadWeights(folder["w.safetensors"])),
            ("WeightFile.Open and a sum of each tensor", () => SumAll(folder["w.safetensors"])),
            ("LoadWeights, .pt", () => model.LoadWeights(folder["w.pt"])),
            ("TorchSharp's load", () => model.load(folder["w.dat"])),
            ("SaveWeights, .safetensors", () => model.SaveWeights(folder["copy.safetensors"])),
            ("SaveWeights, .pt", () => model.SaveWeights(folder["copy.pt"])),
        ];
        model.save(folder["w.dat"]);
        var times = contestants.ToDictionary(contestant => contestant.Name, _ => new List<double>());

        for (var round = 0; round <= rounds; round++)
        {
            foreach (var (name, run) in contestants)
            {
                var started = Stopwatch.GetTimestamp();
                run();

                // The first round warms the cache and the compiler.
                if (round > 0)
                {
                    times[name].Add(Stopwatch.GetElapsedTime(started).TotalSeconds);
                }
            }
        }

        Console.WriteLine("| | s | GB/s |");
        Console.WriteLine("| --- | --- | --- |");

        foreach (var (name, _) in contestants)
        {
            var median = times[name].Order().ElementAt(rounds / 2);
            Console.WriteLine($"| {name} | {median:F3} | {bytes / 1e9 / median:F2} |");
        }

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
