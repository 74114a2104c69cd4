using DeepLearningCourse.Benchmarks.Comparison;
using DeepLearningCourse.Optimization;
using static TorchSharp.torch;

namespace DeepLearningCourse.Benchmarks.Training;

/// <summary>Clipping gradients by their norm.</summary>
internal static class Clipping
{
    // A limit a little lower each time, so that there is something to clip each time, and never so low that numbers vanish.
    private const double Shrinking = 0.99999;

    public static void Run(int rounds, PythonPeer? python, int threads)
    {
        foreach (var (text, kind) in new[] { ("the norm is above the limit", "above"), ("the norm is below it", "below") })
        {
            using var theirs = ParameterSet.Create("small");
            using var ours = ParameterSet.Create("small");
            var (theirLimit, ourLimit) = (Limit(kind), Limit(kind));
            var contest = new Contestants(TimeSpan.FromSeconds(1));
            contest.Add("TorchSharp's clip_grad_norm_", 1, () => nn.utils.clip_grad_norm_(theirs.Parameters, theirLimit *= Shrinking));
            contest.Add("Gradients.ClipNorm", 1, () => Gradients.ClipNorm(ours.Parameters, ourLimit *= Shrinking));

            if (python is not null)
            {
                contest.Add("PyTorch's clip_grad_norm_", () => python.Seconds($"{threads} clip {kind}"));
            }

            contest.Measure(rounds).PrintSteps($"Clipping by the norm, 60 gradients of 64×64, {threads} thread(s): {text}", "TorchSharp's clip_grad_norm_");
        }
    }

    // The norm of 60·64·64 standard normal numbers is near 496.
    private static double Limit(string kind) => kind == "above" ? 490 : 1e30;
}
