using System.Diagnostics;
using DeepLearningCourse.Benchmarks.Comparison;
using static TorchSharp.torch;

namespace DeepLearningCourse.Benchmarks.Training;

/// <summary>Where the time of a step goes, measured inside whole steps, so that memory and caches are as they are in training.</summary>
internal sealed class StepPhases
{
    private static readonly string[] Names =
        ["a batch from the loader", "optimizer.zero_grad()", "forward", "loss", "loss.backward()", "optimizer.step()", "loss.item()", "disposing the step's tensors"];

    private readonly long[] ticks = new long[Names.Length];
    private long last;
    private int phase;

    public static void Run(int rounds, TrainingData data, Learner torchSharp, Learner ours)
    {
        var contests = new[] { torchSharp, ours };
        var times = contests.Select(_ => new List<double[]>()).ToArray();

        // The first round warms the loop's code; networks and optimizers are warm already.
        for (var round = 0; round <= rounds; round++)
        {
            for (var i = 0; i < contests.Length; i++)
            {
                GC.Collect();
                var seconds = new StepPhases().Measure(contests[i], data, epochs: 8);

                if (round > 0)
                {
                    times[i].Add(seconds);
                }
            }
        }

        MarkdownTable.Print(
            "Where the time goes, µs, with our DataLoader over InMemoryDataset",
            ["", "TorchSharp's Adam", "our Adam"],
            Names.Select((name, phase) => (string[])[name, Median(0, phase), Median(1, phase)]));

        string Median(int i, int phase) => Standings.Microseconds(Standings.Middle(times[i].Select(seconds => seconds[phase])));
    }

    private double[] Measure(Learner learner, TrainingData data, int epochs)
    {
        learner.Model.train();

        for (var epoch = 0; epoch < epochs; epoch++)
        {
            using var batches = data.Loader.GetEnumerator();
            Begin();

            while (batches.MoveNext())
            {
                Lap();
                var (X, y) = batches.Current;
                var scope = NewDisposeScope();
                learner.Optimizer.zero_grad();
                Lap();
                var preds = learner.Model.forward(X);
                Lap();
                var loss = learner.Criterion.call(preds, y);
                Lap();
                loss.backward();
                Lap();
                learner.Optimizer.step();
                Lap();
                _ = loss.item<float>();
                Lap();
                scope.Dispose();
                Lap();
            }
        }

        return [.. ticks.Select(sum => sum / (double)Stopwatch.Frequency / (epochs * data.Batches.Length))];
    }

    private void Begin() => (last, phase) = (Stopwatch.GetTimestamp(), 0);

    private void Lap()
    {
        var now = Stopwatch.GetTimestamp();
        ticks[phase] += now - last;
        (last, phase) = (now, (phase + 1) % Names.Length);
    }
}
