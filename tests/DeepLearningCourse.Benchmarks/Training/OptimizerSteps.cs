using DeepLearningCourse.Benchmarks.Comparison;
using DeepLearningCourse.Optimization;
using TorchSharp.Modules;
using static TorchSharp.torch;

namespace DeepLearningCourse.Benchmarks.Training;

/// <summary>optimizer.step() alone.</summary>
internal static class OptimizerSteps
{
    private const string TorchSharp = "TorchSharp";
    private const string Ours = "ours";
    private const string Loop = "loop";
    private const string Foreach = "foreach";

    private static readonly (string Name, Func<IEnumerable<Parameter>, optim.Optimizer> Theirs, Func<IEnumerable<Parameter>, optim.Optimizer> Ours)[] All =
    [
        ("Adam", parameters => optim.Adam(parameters), parameters => Optimizers.Adam(parameters)),
        ("AdamW", parameters => optim.AdamW(parameters, weight_decay: 0.01), parameters => Optimizers.AdamW(parameters)),
        ("SGD", parameters => optim.SGD(parameters, 1e-3, momentum: 0.9), parameters => Optimizers.SGD(parameters, 1e-3, momentum: 0.9)),
        ("Adagrad", parameters => optim.Adagrad(parameters), parameters => Optimizers.Adagrad(parameters)),
    ];

    public static void Run(int rounds, PythonPeer? python, int threads)
    {
        List<string[]> rows = [];

        foreach (var (set, text) in ParameterSet.All)
        {
            foreach (var (name, theirs, ours) in All)
            {
                rows.Add([name, text, .. Row(Measure(name, set, theirs, ours, rounds, python, threads))]);
            }
        }

        MarkdownTable.Print(
            $"optimizer.step() alone, µs, {threads} thread(s); SGD with momentum 0.9",
            ["optimizer", "parameters", "TorchSharp", "ours", "PyTorch, default", "PyTorch, foreach=True", "TorchSharp / ours", "PyTorch's better / ours"],
            rows);
    }

    private static Standings Measure(
        string name, string set, Func<IEnumerable<Parameter>, optim.Optimizer> theirs, Func<IEnumerable<Parameter>, optim.Optimizer> ours,
        int rounds, PythonPeer? python, int threads)
    {
        using var theirParameters = ParameterSet.Create(set);
        using var ourParameters = ParameterSet.Create(set);
        using var theirOptimizer = theirs(theirParameters.Parameters);
        using var ourOptimizer = ours(ourParameters.Parameters);
        var contest = new Contestants(TimeSpan.FromSeconds(1));
        contest.Add(TorchSharp, 1, () => theirOptimizer.step());
        contest.Add(Ours, 1, () => ourOptimizer.step());

        foreach (var way in python is null ? [] : new[] { Loop, Foreach })
        {
            contest.Add(way, () => python!.Seconds($"{threads} optimizer {name} {set} {way}"));
        }

        return contest.Measure(rounds);
    }

    private static IEnumerable<string> Row(Standings result)
    {
        foreach (var name in new[] { TorchSharp, Ours, Loop, Foreach })
        {
            yield return result.Has(name) ? Standings.Microseconds(result.Median(name)) : "";
        }

        yield return $"{result.Ratio(TorchSharp, Ours):F2}";
        yield return result.Has(Loop) ? $"{Math.Min(result.Ratio(Loop, Ours), result.Ratio(Foreach, Ours)):F2}" : "";
    }
}
