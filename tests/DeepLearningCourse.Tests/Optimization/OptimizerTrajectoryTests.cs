using DeepLearningCourse.Optimization.Updates;

namespace DeepLearningCourse.Tests.Optimization;

/// <summary>The slides' network under every optimizer against PyTorch, step by step; the values come from Reference/make_optimizers.py.</summary>
public sealed class OptimizerTrajectoryTests : NetworkTest
{
    // Both compute in float64; what remains is the order of additions inside products. A loss near 0 is a difference of such sums.
    private const double Tolerance = 1e-10;
    private const double NearZero = 1e-4;

    private static IEnumerable<string> Names => OptimizerRecords.Names;

    private static IEnumerable<string> NamesOfSteps => Names.Where(name => !name.StartsWith("LBFGS", StringComparison.Ordinal));

    [Test]
    public void Fifty_losses_equal_PyTorch([ValueSource(nameof(Names))] string name) =>
        Check(OptimizerRecords.Run(name), ParameterBlock.UsuallyGatheredBelow);

    [Test]
    public void They_do_with_all_parameters_in_one_run([ValueSource(nameof(NamesOfSteps))] string name) =>
        Check(OptimizerRecords.Run(name), AnyOptimizer.GatherAll, fused: false);

    [Test]
    public void They_do_with_each_parameter_by_itself([ValueSource(nameof(NamesOfSteps))] string name) =>
        Check(OptimizerRecords.Run(name), AnyOptimizer.GatherNone, fused: false);

    [Test]
    public void To_maximize_the_negated_loss_is_the_same(
        [ValueSource(nameof(NamesOfSteps))] string name, [Values(AnyOptimizer.GatherAll, AnyOptimizer.GatherNone)] long gatherBelow) =>
        Check(OptimizerRecords.Run(name).Negated(), gatherBelow);

    private static void Check(OptimizerRun run, long gatherBelow, bool fused = true)
    {
        using var model = AnyOptimizer.Network();
        using var optimizer = AnyOptimizer.Make(run, model, gatherBelow, fused);

        var losses = AnyOptimizer.Train(model, optimizer, run.Losses.Length, run.Batch, run.Maximizes, run.HasGaps);

        Assert.That(losses, Is.EqualTo(run.Losses).Using<double>((a, b) => Math.Abs(a - b) <= Tolerance * Math.Max(Math.Abs(b), NearZero)));
    }
}
