using DeepLearningCourse.Benchmarks.Comparison;
using DeepLearningCourse.Benchmarks.Training;
using DeepLearningCourse.Inference;
using static TorchSharp.torch;

namespace DeepLearningCourse.Benchmarks.Inference;

/// <summary>Predict against a plain call without gradients, on the slides' network.</summary>
internal static class PredictionComparison
{
    private const int Times = 10_000;
    private const string Plain = "no_grad, DisposeScope, model.call(X)";

    public static void Run(int rounds)
    {
        set_num_threads(1);

        foreach (var batch in new[] { 1, 32 })
        {
            using var model = new Networks.Slides();
            using var trained = new Networks.Slides();
            using var X = rand(batch, 10);
            model.eval();
            var contest = new Contestants();
            Add(contest, Plain, () => Call(model, X));
            Add(contest, "no_grad, model.call(X), the output disposed", () => CallWithoutScope(model, X));
            Add(contest, "Predict, network in evaluation mode", () => model.Predict(X).Dispose());
            Add(contest, "Predict, network in training mode", () => trained.Predict(X).Dispose());
            Add(contest, "PredictLabels, network in evaluation mode", () => model.PredictLabels(X).Dispose());
            var result = contest.Measure(rounds);
            MarkdownTable.Print(
                $"A prediction of the slides' network, batch {batch}, one thread, µs of processor time, median of {rounds} rounds in turn",
                ["", "µs", "ratio to the first"],
                result.Names.Select(name => (string[])[name, Standings.Microseconds(result.Median(name)), $"{result.Ratio(name, Plain):F2}"]));
        }
    }

    // Processor time, so that other programs do not count.
    private static void Add(Contestants contest, string name, Action predict) => contest.Add(name, () =>
    {
        GC.Collect();
        GC.WaitForPendingFinalizers();
        var start = Environment.CpuUsage.TotalTime;

        for (var i = 0; i < Times; i++)
        {
            predict();
        }

        return (Environment.CpuUsage.TotalTime - start).TotalSeconds / Times;
    });

    private static void Call(Networks.Slides model, Tensor X)
    {
        using var withoutGradients = no_grad();
        using var scope = NewDisposeScope();
        _ = model.call(X);
    }

    private static void CallWithoutScope(Networks.Slides model, Tensor X)
    {
        using var withoutGradients = no_grad();
        using var output = model.call(X);
    }
}
