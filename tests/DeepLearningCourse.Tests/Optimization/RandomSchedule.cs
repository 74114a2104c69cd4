using DeepLearningCourse.Optimization;
using static TorchSharp.torch;

namespace DeepLearningCourse.Tests.Optimization;

/// <summary>A schedule with random options, sequences and chains of others included: the same for the same seed.</summary>
internal sealed class RandomSchedule(int seed)
{
    private readonly Random random = new(seed);

    // In a chain, what the others leave may be below a lowest rate, and the cosine then goes to below 0: PyTorch's does, and here that is refused.
    private bool chained;

    public Schedule Make(optim.Optimizer optimizer) => random.Next(15) switch
    {
        0 => Plateau(optimizer),
        1 => Sequence(optimizer, depth: 0),
        2 => Chain(optimizer, depth: 0),
        _ => One(optimizer),
    };

    private Schedule One(optim.Optimizer o) => random.Next(13) switch
    {
        0 => Schedules.StepLR(o, Count(), Share()),
        1 => Schedules.MultiStepLR(o, [random.Next(9), Count(), Count()], Share()),
        2 => Schedules.ExponentialLR(o, 0.5 + (random.NextDouble() / 2)),
        3 => Schedules.ConstantLR(o, Share(), Count()),
        4 => Schedules.LinearLR(o, Share(), random.Next(3) / 2.0, Count()),
        5 => Schedules.PolynomialLR(o, Count(), random.NextDouble() * 3),
        6 => Schedules.CosineAnnealingLR(o, Count(), chained ? 0 : Share() / 10),
        7 => Schedules.CosineAnnealingWarmRestarts(o, Count(), random.Next(1, 4), Share() / 10),
        8 => Schedules.LambdaLR(o, t => 1.0 / (t + 1)),
        9 => Schedules.MultiplicativeLR(o, [t => 1 - (0.5 / (t + 1)), _ => 0.99]),
        10 => OneCycle(o),
        11 => Schedules.CyclicLR(
            o, Share() / 100, Share(), Count(), Count(), (CyclicMode)random.Next(3), Share(), baseMomentum: [Share() / 2, Share() / 2]),
        _ => Schedules.CyclicLR(o, Share() / 100, Share(), Count(), scaleFn: x => 1 / (x + 1), scaleMode: (CyclicScaleMode)random.Next(2), cycleMomentum: false),
    };

    private Schedule OneCycle(optim.Optimizer o) => Schedules.OneCycleLR(
        o, [Share(), Share()], random.Next(200, 400), pctStart: Share(), annealStrategy: (AnnealStrategy)random.Next(2), cycleMomentum: random.Next(2) == 0,
        threePhase: random.Next(2) == 0);

    private Schedule Plateau(optim.Optimizer o) => Schedules.ReduceLROnPlateau(
        o,
        new()
        {
            Mode = (PlateauMode)random.Next(2),
            Factor = Share() / 2,
            Patience = random.Next(4),
            Cooldown = random.Next(4),
            ThresholdMode = (PlateauThreshold)random.Next(2),
        });

    private Schedule Sequence(optim.Optimizer o, int depth)
    {
        var first = random.Next(1, 20);
        return Schedules.SequentialLR(o, [Inner(o, depth), Inner(o, depth), Inner(o, depth)], [first, first + Count()]);
    }

    private Schedule Chain(optim.Optimizer o, int depth)
    {
        var before = chained;
        chained = true;
        var chain = Schedules.ChainedScheduler(o, Inner(o, depth), Inner(o, depth));
        chained = before;
        return chain;
    }

    private Schedule Inner(optim.Optimizer o, int depth) => depth > 1 ? One(o) : random.Next(6) switch
    {
        0 => Sequence(o, depth + 1),
        1 => Chain(o, depth + 1),
        _ => One(o),
    };

    private int Count() => random.Next(1, 30);

    private double Share() => 0.05 + (0.9 * random.NextDouble());
}
