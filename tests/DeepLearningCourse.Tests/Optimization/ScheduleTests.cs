using System.Text.Json;
using DeepLearningCourse.Optimization;
using DeepLearningCourse.Tests.Data;
using static TorchSharp.torch;

namespace DeepLearningCourse.Tests.Optimization;

/// <summary>Schedules against PyTorch, value by value; the values come from Reference/make_schedules.py.</summary>
public sealed class ScheduleTests : NetworkTest
{
    private static readonly JsonElement Recorded =
        JsonDocument.Parse(File.ReadAllText(Reference.PathOf("schedules.json"))).RootElement.GetProperty("schedules");

    private static readonly double[] Rough =
        [double.PositiveInfinity, double.NaN, 2, -1, -1, -1.05, -1.0500001, double.NaN, double.NegativeInfinity, -2];

    private static readonly Dictionary<string, Func<optim.Optimizer, Schedule>> Makers = new()
    {
        ["StepLR"] = o => Schedules.StepLR(o, 7, 0.5),
        ["MultiStepLR"] = o => Schedules.MultiStepLR(o, [3, 10, 10, 40], 0.3),
        ["MultiStepLR from step 0, unsorted"] = o => Schedules.MultiStepLR(o, [9, 0, 4], 0.3),
        ["ExponentialLR"] = o => Schedules.ExponentialLR(o, 0.97),
        ["ConstantLR"] = o => Schedules.ConstantLR(o),
        ["ConstantLR 0.2 of 12"] = o => Schedules.ConstantLR(o, 0.2, 12),
        ["LinearLR"] = o => Schedules.LinearLR(o),
        ["LinearLR down"] = o => Schedules.LinearLR(o, 1, 0.1, 30),
        ["LinearLR to 0"] = o => Schedules.LinearLR(o, endFactor: 0),
        ["PolynomialLR"] = o => Schedules.PolynomialLR(o, 40, 2),
        ["PolynomialLR defaults"] = o => Schedules.PolynomialLR(o),
        ["CosineAnnealingLR"] = o => Schedules.CosineAnnealingLR(o, 17, 0.001),
        ["CosineAnnealingLR of 1"] = o => Schedules.CosineAnnealingLR(o, 1),
        ["CosineAnnealingLR above the second group"] = o => Schedules.CosineAnnealingLR(o, 12, 0.1),
        ["CosineAnnealingWarmRestarts"] = o => Schedules.CosineAnnealingWarmRestarts(o, 5, 2, 0.001),
        ["CosineAnnealingWarmRestarts, rounds alike"] = o => Schedules.CosineAnnealingWarmRestarts(o, 8),
        ["LambdaLR"] = o => Schedules.LambdaLR(o, t => Math.Pow(0.95, t)),
        ["LambdaLR of two"] = o => Schedules.LambdaLR(o, [t => 1.0 / (t + 1), t => t / 30]),
        ["MultiplicativeLR"] = o => Schedules.MultiplicativeLR(o, t => 1 - (0.01 * t)),
        ["MultiplicativeLR of two"] = o => Schedules.MultiplicativeLR(o, [_ => 0.95, _ => 1.02]),
        ["OneCycleLR"] = o => Schedules.OneCycleLR(o, 0.7, 71),
        ["OneCycleLR linear, three phases"] = o => Schedules.OneCycleLR(o, 0.7, 80, pctStart: 0.25, annealStrategy: AnnealStrategy.Linear, threePhase: true),
        ["OneCycleLR cosine, three phases, of epochs"] = o => Schedules.OneCycleLR(o, 0.7, epochs: 8, stepsPerEpoch: 10, pctStart: 0.4, threePhase: true),
        ["OneCycleLR without momentum"] = o => Schedules.OneCycleLR(o, 0.7, 71, cycleMomentum: false),
        ["OneCycleLR by group"] = o => Schedules.OneCycleLR(
            o, [0.7, 0.3], 75, baseMomentum: [0.8, 0.7], maxMomentum: [0.9, 0.99], divFactor: 10, finalDivFactor: 50),
        ["OneCycleLR, no way up"] = o => Schedules.OneCycleLR(o, 0.7, 75, pctStart: 0),
        ["OneCycleLR, no way down"] = o => Schedules.OneCycleLR(o, 0.7, 75, pctStart: 1),
        ["OneCycleLR of betas"] = o => Schedules.OneCycleLR(o, 0.7, 75),
        ["CyclicLR"] = o => Schedules.CyclicLR(o, 0.01, 0.3, stepSizeUp: 8),
        ["CyclicLR triangular2"] = o => Schedules.CyclicLR(o, 0.01, 0.3, stepSizeUp: 6, stepSizeDown: 9, mode: CyclicMode.Triangular2),
        ["CyclicLR exp_range"] = o => Schedules.CyclicLR(o, 0.01, 0.3, stepSizeUp: 6, mode: CyclicMode.ExpRange, gamma: 0.98),
        ["CyclicLR by group"] = o => Schedules.CyclicLR(o, [0.01, 0.02], [0.3, 0.1], stepSizeUp: 7, baseMomentum: [0.7, 0.6], maxMomentum: [0.9, 0.8]),
        ["CyclicLR scaled by cycle"] = o => Schedules.CyclicLR(o, 0.01, 0.3, stepSizeUp: 5, scaleFn: x => 1 / (5 * x), cycleMomentum: false),
        ["CyclicLR scaled by step"] = o => Schedules.CyclicLR(
            o, 0.01, 0.3, stepSizeUp: 5, scaleFn: x => 1 / (1 + (0.1 * x)), scaleMode: CyclicScaleMode.Iterations),
        ["ReduceLROnPlateau"] = o => Schedules.ReduceLROnPlateau(o, new() { Patience = 2, Cooldown = 1, MinLr = 1e-4 }),
        ["ReduceLROnPlateau max"] = o => Schedules.ReduceLROnPlateau(
            o, new() { Mode = PlateauMode.Max, Factor = 0.5, Patience = 3, Threshold = 0.05, ThresholdMode = PlateauThreshold.Absolute }),
        ["ReduceLROnPlateau by group"] = o => Schedules.ReduceLROnPlateau(
            o, new() { Factor = 0.5, Patience = 1, MinLr = [0.1, 0.001], ThresholdMode = PlateauThreshold.Absolute, Eps = 0.001 }),
        ["ReduceLROnPlateau of rough values"] = o => Schedules.ReduceLROnPlateau(o, new() { Factor = 0.9, Patience = 1 }),
        ["ReduceLROnPlateau max of rough values"] = o => Schedules.ReduceLROnPlateau(
            o, new() { Mode = PlateauMode.Max, Factor = 0.9, Patience = 1, Cooldown = 2 }),
        ["SequentialLR"] = o => Schedules.SequentialLR(
            o, [Schedules.LinearLR(o, 0.1, totalIters: 10), Schedules.CosineAnnealingLR(o, 30), Schedules.ExponentialLR(o, 0.9)], [10, 40]),
        ["SequentialLR of others"] = o => Schedules.SequentialLR(
            o,
            [
                Schedules.StepLR(o, 3), Schedules.ConstantLR(o), Schedules.PolynomialLR(o, 8), Schedules.MultiStepLR(o, [0, 2]),
                Schedules.LambdaLR(o, t => Math.Pow(0.9, t)), Schedules.LinearLR(o),
            ],
            [7, 20, 31, 40, 55]),
        ["SequentialLR, then MultiplicativeLR"] = o => Warm(o, Schedules.LinearLR(o, 0.1, totalIters: 6), Schedules.MultiplicativeLR(o, _ => 0.9), 6),
        ["SequentialLR, then restarts"] = o => Warm(o, Schedules.LinearLR(o, 0.1, totalIters: 10), Schedules.CosineAnnealingWarmRestarts(o, 5, 2)),
        ["SequentialLR, then OneCycleLR"] = o => Warm(o, Schedules.LinearLR(o, 0.1, totalIters: 10), Schedules.OneCycleLR(o, 0.7, 70)),
        ["SequentialLR, then CyclicLR"] = o => Warm(o, Schedules.LinearLR(o, 0.1, totalIters: 10), Schedules.CyclicLR(o, 0.01, 0.3, stepSizeUp: 7)),
        ["SequentialLR, first CyclicLR"] = o => Warm(o, Schedules.CyclicLR(o, 0.01, 0.3, stepSizeUp: 7), Schedules.ExponentialLR(o, 0.9), 30),
        ["ChainedScheduler"] = o => Schedules.ChainedScheduler(o, Schedules.LinearLR(o, 0.1, totalIters: 10), Schedules.ExponentialLR(o, 0.95)),
        ["ChainedScheduler of four"] = o => Schedules.ChainedScheduler(
            o, Schedules.ConstantLR(o), Schedules.MultiStepLR(o, [8]), Schedules.CosineAnnealingLR(o, 40),
            Warm(o, Schedules.LinearLR(o), Schedules.StepLR(o, 9), 12)),
        ["rates set by hand before"] = o =>
        {
            foreach (var group in o.ParamGroups)
            {
                group.LearningRate *= 0.5;
            }

            return Schedules.CosineAnnealingLR(o, 20);
        },
        ["the second on an optimizer"] = o =>
        {
            ScheduledParameters.Run(Schedules.ExponentialLR(o, 0.9), 0, 5);
            return Schedules.CosineAnnealingWarmRestarts(o, 6);
        },
    };

    private static IEnumerable<string> Names => Makers.Keys;

    [Test]
    public void Learning_rates_and_momenta_equal_PyTorchs([ValueSource(nameof(Names))] string name, [Values] bool ours)
    {
        using var parameters = new ScheduledParameters();
        using var optimizer = parameters.Make(ours, adam: name.Contains("betas"), momentum: name.Contains("without") ? 0 : 0.9);
        var schedule = Makers[name](optimizer);
        var rates = Recorded.GetProperty(name).GetProperty("rates").Deserialize<double[][]>()!;
        var momenta = Recorded.GetProperty(name).GetProperty("momenta").Deserialize<double[][]>()!;

        for (var t = 0; t < rates.Length; t++)
        {
            if (t > 0 && name.Contains("rough"))
            {
                schedule.Step(Rough[(t - 1) % 10]);
            }
            else if (t > 0)
            {
                ScheduledParameters.Run(schedule, t - 1, t);
            }

            Equal(schedule.LearningRates, rates[t], $"learning rates of step {t}");
            Equal(ScheduledParameters.Momenta(optimizer), momenta[t], $"momenta of step {t}");
            Assert.That(optimizer.ParamGroups.Select(group => group.LearningRate), Is.EqualTo(schedule.LearningRates));
            Assert.That(schedule.StepCount, Is.EqualTo(t));
        }
    }

    [Test]
    public void Every_recorded_case_is_compared() =>
        Assert.That(Recorded.EnumerateObject().Select(recorded => recorded.Name), Is.EquivalentTo(Names));

    private static Schedule Warm(optim.Optimizer optimizer, Schedule first, Schedule then, int steps = 10) =>
        Schedules.SequentialLR(optimizer, [first, then], [steps]);

    // Relative; what should be 0 may be the last bit of the learning rate before.
    private static void Equal(IReadOnlyList<double> actual, double[] expected, string what)
    {
        Assert.That(actual, Has.Count.EqualTo(expected.Length));

        for (var group = 0; group < expected.Length; group++)
        {
            Assert.That(actual[group], Is.EqualTo(expected[group]).Within((1e-12 * Math.Abs(expected[group])) + 1e-16), $"{what}, group {group}");
        }
    }
}
