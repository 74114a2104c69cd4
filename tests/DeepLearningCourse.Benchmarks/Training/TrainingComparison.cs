using DeepLearningCourse.Benchmarks.Comparison;
using static TorchSharp.torch;

namespace DeepLearningCourse.Benchmarks.Training;

/// <summary>Steps of training against TorchSharp's and PyTorch's, in one run.</summary>
internal static class TrainingComparison
{
    public static void Run(int rounds)
    {
        var threads = get_num_threads();
        using var python = PythonPeer.TryStart("Training");
        Console.WriteLine($"libtorch {__version__}, {threads} threads where not said otherwise; medians of {rounds} rounds in turn, ratios within a round.");
        set_num_threads(1);
        LectureStep.Run(rounds, python);

        foreach (var count in new[] { 1, threads }.Distinct())
        {
            set_num_threads(count);
            OptimizerSteps.Run(rounds, python, count);
            Clipping.Run(rounds, python, count);
        }

        set_num_threads(threads);
        LargerNetworks.Run(rounds, python, threads);
        ThreadsByWork.Run(rounds, threads);
    }
}
