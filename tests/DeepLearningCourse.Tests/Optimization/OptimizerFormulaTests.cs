using DeepLearningCourse.Models;
using DeepLearningCourse.Optimization;
using DeepLearningCourse.Optimization.Updates;
using static TorchSharp.torch;

namespace DeepLearningCourse.Tests.Optimization;

/// <summary>Where torch 1.13 differs from later versions or lacks an option: against the formulas of PyTorch's documentation, in plain numbers.</summary>
public sealed class OptimizerFormulaTests : NetworkTest
{
    private const int Steps = 50;
    private const double Rate = 3e-3;
    private const double Tolerance = 1e-10;

    private static readonly NAdamOptions[] OfNAdam =
    [
        new(), new() { WeightDecay = 0.1 }, new() { WeightDecay = 0.1, DecoupledWeightDecay = true }, new() { MomentumDecay = 0.1 }, new() { Maximize = true },
        new() { Beta1 = 0.8, Beta2 = 0.95, Eps = 1e-4, WeightDecay = 0.1, MomentumDecay = 0.01, Maximize = true },
        new() { Beta1 = 0.8, Beta2 = 0.95, Eps = 1e-4, WeightDecay = 0.1, DecoupledWeightDecay = true, Maximize = true },
    ];

    private static readonly RAdamOptions[] OfRAdam =
    [
        new(), new() { WeightDecay = 0.1, DecoupledWeightDecay = true }, new() { Maximize = true }, new() { Beta2 = 0.6 },
        new() { Beta1 = 0.8, Beta2 = 0.95, Eps = 1e-4, WeightDecay = 0.1, DecoupledWeightDecay = true, Maximize = true },
    ];

    [Test]
    public void NAdam_follows_its_formula(
        [ValueSource(nameof(OfNAdam))] NAdamOptions options, [Values(AnyOptimizer.GatherAll, AnyOptimizer.GatherNone)] long gatherBelow, [Values] bool hasGaps) =>
        Check(new NAdamRule(), options, gatherBelow, hasGaps, options.Maximize, (formula, theta, g) => formula.NAdam(theta, g, Rate, options));

    [Test]
    public void RAdam_follows_its_formula(
        [ValueSource(nameof(OfRAdam))] RAdamOptions options, [Values(AnyOptimizer.GatherAll, AnyOptimizer.GatherNone)] long gatherBelow, [Values] bool hasGaps) =>
        Check(new RAdamRule(), options, gatherBelow, hasGaps, options.Maximize, (formula, theta, g) => formula.RAdam(theta, g, Rate, options));

    private static void Check<TOptions>(
        UpdateRule<TOptions> rule, TOptions options, long gatherBelow, bool hasGaps, bool maximize, Action<FormulaParameter, double[], double[]> step)
        where TOptions : UpdateOptions
    {
        using var model = AnyOptimizer.Network();
        using var optimizer = new Optimizer<TOptions>(rule, OptimizerGroups.Of(model.parameters(), Rate), options, gatherBelow);

        var losses = AnyOptimizer.Train(model, optimizer, Steps, negated: maximize, hasGaps: hasGaps);

        Assert.That(losses, Is.EqualTo(ByFormula(step, maximize, hasGaps)).Using<double>((a, b) => Math.Abs(a - b) <= Tolerance * Math.Abs(b)));
    }

    private static double[] ByFormula(Action<FormulaParameter, double[], double[]> step, bool negated, bool hasGaps)
    {
        using var model = AnyOptimizer.Network();
        FormulaParameter[] formulas = [.. model.parameters().Select(parameter => new FormulaParameter((int)parameter.numel()))];

        // It changes nothing itself: the gradients of each step are taken by the formula.
        using var none = Optimizers.SGD(model.parameters(), lr: 0);
        List<double> losses = [];

        for (var t = 0; t < Steps; t++)
        {
            losses.Add(AnyOptimizer.Train(model, none, 1, negated: negated, hasGaps: hasGaps, first: t)[0]);

            foreach (var (parameter, formula) in model.parameters().Zip(formulas))
            {
                using var gradient = parameter.grad;

                if (gradient is not null)
                {
                    double[] theta = [.. parameter.data<double>()];
                    step(formula, theta, [.. gradient.data<double>()]);
                    using var moved = tensor(theta, dtype: ScalarType.Float64).reshape(parameter.shape);
                    parameter.SetData(moved);
                }
            }
        }

        return [.. losses];
    }
}
