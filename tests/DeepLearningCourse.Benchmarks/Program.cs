using System.Globalization;
using BenchmarkDotNet.Configs;
using BenchmarkDotNet.Jobs;
using BenchmarkDotNet.Running;
using DeepLearningCourse.Benchmarks.Inference;
using DeepLearningCourse.Benchmarks.Loading;
using DeepLearningCourse.Benchmarks.Reliability;
using DeepLearningCourse.Benchmarks.Training;
using DeepLearningCourse.Benchmarks.Weights;
using BenchmarkDotNet.Toolchains.InProcess.Emit;

var rounds = args.Length > 1 && int.TryParse(args[1], out var given) ? given : 9;
CultureInfo.CurrentCulture = CultureInfo.InvariantCulture;

switch (args.FirstOrDefault())
{
    case "loading":
        LoaderComparison.Run(rounds);
        return;
    case "training":
        TrainingComparison.Run(rounds);
        return;
    case "step":
        TorchSharp.torch.set_num_threads(1);
        LectureStep.Run(rounds, null);
        return;
    case "threads":
        ThreadsByWork.Run(rounds, TorchSharp.torch.get_num_threads());
        return;
    case "prediction":
        PredictionComparison.Run(rounds);
        return;
    case "weights":
        WeightComparison.Run(rounds);
        return;
    case "reliability":
        ReliabilityPage.Write(args[1], args[2]);
        return;
}

// In process: BenchmarkDotNet's own projects would not carry the choice of libtorch that this build made.
BenchmarkSwitcher
    .FromAssembly(typeof(Program).Assembly)
    .Run(args, DefaultConfig.Instance.AddJob(Job.MediumRun.WithToolchain(InProcessEmitToolchain.Instance)));
