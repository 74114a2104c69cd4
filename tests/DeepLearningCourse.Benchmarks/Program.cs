using BenchmarkDotNet.Configs;
using BenchmarkDotNet.Jobs;
using BenchmarkDotNet.Running;
using DeepLearningCourse.Benchmarks.Loading;
using BenchmarkDotNet.Toolchains.InProcess.Emit;

if (args is ["loading", ..])
{
    LoaderComparison.Run(rounds: args.Length > 1 ? int.Parse(args[1], System.Globalization.CultureInfo.InvariantCulture) : 9);
    return;
}

// In process: BenchmarkDotNet's own projects would not carry the choice of libtorch that this build made.
BenchmarkSwitcher
    .FromAssembly(typeof(Program).Assembly)
    .Run(args, DefaultConfig.Instance.AddJob(Job.MediumRun.WithToolchain(InProcessEmitToolchain.Instance)));
