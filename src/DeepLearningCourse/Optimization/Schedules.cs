using DeepLearningCourse.Optimization.Scheduling;
using static TorchSharp.torch;

namespace DeepLearningCourse.Optimization;

/// <summary>PyTorch's learning rate schedules, under its names and with its learning rates, value by value.</summary>
/// <remarks><see href="https://pytorch.org/docs/stable/optim.html#how-to-adjust-learning-rate"/></remarks>
/// <example>
/// <code>
/// // Up for 100 steps, then down along a cosine.
/// var schedule = Schedules.SequentialLR(optimizer,
///     [Schedules.LinearLR(optimizer, startFactor: 0.01, totalIters: 100), Schedules.CosineAnnealingLR(optimizer, tMax: 900)], milestones: [100]);
/// </code>
/// </example>
public static partial class Schedules
{
    /// <summary>Multiplies the learning rate every so many steps.</summary>
    /// <param name="optimizer">The optimizer.</param>
    /// <param name="stepSize">The number of steps from one change to the next.</param>
    /// <param name="gamma">The factor.</param>
    /// <exception cref="ArgumentOutOfRangeException">An argument has a value it cannot have.</exception>
    /// <remarks><see href="https://pytorch.org/docs/stable/generated/torch.optim.lr_scheduler.StepLR.html"/></remarks>
    public static Schedule StepLR(optim.Optimizer optimizer, int stepSize, double gamma = 0.1)
    {
        OptionChecks.Positive(stepSize);
        OptionChecks.NotNegative(gamma);
        return new FormulaSchedule(optimizer, nameof(StepLR), 1, (t, lr, _) => t % stepSize == 0 ? lr * gamma : lr, ("stepSize", stepSize), ("gamma", gamma));
    }

    /// <summary>Multiplies the learning rate at given steps.</summary>
    /// <param name="optimizer">The optimizer.</param>
    /// <param name="milestones">The steps; one that comes twice counts twice.</param>
    /// <param name="gamma">The factor.</param>
    /// <exception cref="ArgumentOutOfRangeException">An argument has a value it cannot have.</exception>
    /// <remarks><see href="https://pytorch.org/docs/stable/generated/torch.optim.lr_scheduler.MultiStepLR.html"/></remarks>
    public static Schedule MultiStepLR(optim.Optimizer optimizer, IEnumerable<int> milestones, double gamma = 0.1)
    {
        ArgumentNullException.ThrowIfNull(milestones);
        OptionChecks.NotNegative(gamma);
        long[] steps = [.. milestones.Order()];
        OptionChecks.NotNegative(steps.FirstOrDefault(), nameof(milestones));
        var factors = steps.GroupBy(step => step).ToDictionary(group => group.Key, group => Math.Pow(gamma, group.Count()));
        return new FormulaSchedule(
            optimizer, nameof(MultiStepLR), factors.GetValueOrDefault(0, 1), (t, lr, _) => factors.TryGetValue(t, out var factor) ? lr * factor : lr,
            ("milestones", steps), ("gamma", gamma));
    }

    /// <summary>Multiplies the learning rate at every step.</summary>
    /// <param name="optimizer">The optimizer.</param>
    /// <param name="gamma">The factor.</param>
    /// <exception cref="ArgumentOutOfRangeException">An argument has a value it cannot have.</exception>
    /// <remarks><see href="https://pytorch.org/docs/stable/generated/torch.optim.lr_scheduler.ExponentialLR.html"/></remarks>
    public static Schedule ExponentialLR(optim.Optimizer optimizer, double gamma)
    {
        OptionChecks.NotNegative(gamma);
        return new FormulaSchedule(optimizer, nameof(ExponentialLR), 1, (_, lr, _) => lr * gamma, ("gamma", gamma));
    }

    /// <summary>Multiplies the learning rate for the first steps only.</summary>
    /// <param name="optimizer">The optimizer.</param>
    /// <param name="factor">The factor, greater than 0 and at most 1.</param>
    /// <param name="totalIters">The number of steps.</param>
    /// <exception cref="ArgumentOutOfRangeException">An argument has a value it cannot have.</exception>
    /// <remarks><see href="https://pytorch.org/docs/stable/generated/torch.optim.lr_scheduler.ConstantLR.html"/></remarks>
    public static Schedule ConstantLR(optim.Optimizer optimizer, double factor = 1.0 / 3, int totalIters = 5)
    {
        ScheduleChecks.PositiveShare(factor);
        OptionChecks.Positive(totalIters);
        return new FormulaSchedule(
            optimizer, nameof(ConstantLR), factor, (t, lr, _) => t == totalIters ? lr * (1 / factor) : lr, ("factor", factor), ("totalIters", totalIters));
    }

    /// <summary>Takes the learning rate from one factor to another along a line: a warm-up, for instance.</summary>
    /// <param name="optimizer">The optimizer.</param>
    /// <param name="startFactor">The factor at first, greater than 0 and at most 1.</param>
    /// <param name="endFactor">The factor at last, from 0 to 1.</param>
    /// <param name="totalIters">The number of steps.</param>
    /// <exception cref="ArgumentOutOfRangeException">An argument has a value it cannot have.</exception>
    /// <remarks><see href="https://pytorch.org/docs/stable/generated/torch.optim.lr_scheduler.LinearLR.html"/></remarks>
    public static Schedule LinearLR(optim.Optimizer optimizer, double startFactor = 1.0 / 3, double endFactor = 1, int totalIters = 5)
    {
        ScheduleChecks.PositiveShare(startFactor);
        ScheduleChecks.Share(endFactor);
        OptionChecks.Positive(totalIters);
        var rise = endFactor - startFactor;

        // On the way to 0 the last factor may round to a little below it.
        return new FormulaSchedule(
            optimizer,
            nameof(LinearLR),
            startFactor,
            (t, lr, _) => t > totalIters ? lr : lr * Math.Max(0, 1 + (rise / ((totalIters * startFactor) + ((t - 1) * rise)))),
            ("startFactor", startFactor),
            ("endFactor", endFactor),
            ("totalIters", totalIters));
    }

    /// <summary>Takes the learning rate down to 0 along a power of the steps that are left.</summary>
    /// <param name="optimizer">The optimizer.</param>
    /// <param name="totalIters">The number of steps.</param>
    /// <param name="power">The power; 1 is a line.</param>
    /// <exception cref="ArgumentOutOfRangeException">An argument has a value it cannot have.</exception>
    /// <remarks><see href="https://pytorch.org/docs/stable/generated/torch.optim.lr_scheduler.PolynomialLR.html"/></remarks>
    public static Schedule PolynomialLR(optim.Optimizer optimizer, int totalIters = 5, double power = 1)
    {
        OptionChecks.Positive(totalIters);
        OptionChecks.NotNegative(power);
        return new FormulaSchedule(
            optimizer,
            nameof(PolynomialLR),
            1,
            (t, lr, _) => t > totalIters ? lr : lr * Math.Pow((1 - ((double)t / totalIters)) / (1 - ((double)(t - 1) / totalIters)), power),
            ("totalIters", totalIters),
            ("power", power));
    }

    /// <summary>Takes the learning rate down along half a cosine, and up again if it goes on.</summary>
    /// <param name="optimizer">The optimizer.</param>
    /// <param name="tMax">The number of steps down.</param>
    /// <param name="etaMin">The lowest learning rate.</param>
    /// <exception cref="ArgumentOutOfRangeException">An argument has a value it cannot have.</exception>
    /// <remarks><see href="https://arxiv.org/abs/1608.03983">Loshchilov and Hutter, 2016</see>;
    /// <see href="https://pytorch.org/docs/stable/generated/torch.optim.lr_scheduler.CosineAnnealingLR.html"/></remarks>
    public static Schedule CosineAnnealingLR(optim.Optimizer optimizer, int tMax, double etaMin = 0)
    {
        OptionChecks.Positive(tMax);
        OptionChecks.NotNegative(etaMin);
        return new FormulaSchedule(
            optimizer,
            nameof(CosineAnnealingLR),
            1,
            (t, lr, start) => (t - 1 - tMax) % (2L * tMax) == 0
                ? lr + ((start - etaMin) * (1 - Math.Cos(Math.PI / tMax)) / 2)
                : ((1 + Math.Cos(Math.PI * t / tMax)) / (1 + Math.Cos(Math.PI * (t - 1) / tMax)) * (lr - etaMin)) + etaMin,
            ("tMax", tMax),
            ("etaMin", etaMin));
    }

    /// <summary>Takes the learning rate down along half a cosine again and again, in longer and longer rounds.</summary>
    /// <param name="optimizer">The optimizer.</param>
    /// <param name="t0">The steps of the first round.</param>
    /// <param name="tMult">What the length of a round is multiplied with for the next.</param>
    /// <param name="etaMin">The lowest learning rate.</param>
    /// <exception cref="ArgumentOutOfRangeException">An argument has a value it cannot have.</exception>
    /// <remarks><see href="https://arxiv.org/abs/1608.03983">Loshchilov and Hutter, 2016</see>;
    /// <see href="https://pytorch.org/docs/stable/generated/torch.optim.lr_scheduler.CosineAnnealingWarmRestarts.html"/></remarks>
    public static Schedule CosineAnnealingWarmRestarts(optim.Optimizer optimizer, int t0, int tMult = 1, double etaMin = 0)
    {
        OptionChecks.Positive(t0);
        OptionChecks.Positive(tMult);
        OptionChecks.NotNegative(etaMin);
        return new WarmRestarts(optimizer, t0, tMult, etaMin);
    }

    /// <summary>The learning rate that the schedule began with, times a function of the step.</summary>
    /// <param name="optimizer">The optimizer.</param>
    /// <param name="lrLambda">The function, of the step from 0. The step is a whole number, so write <c>t / 10.0</c> where a fraction is meant.</param>
    /// <remarks>The function is not part of the state. <see href="https://pytorch.org/docs/stable/generated/torch.optim.lr_scheduler.LambdaLR.html"/></remarks>
    public static Schedule LambdaLR(optim.Optimizer optimizer, Func<long, double> lrLambda)
    {
        ArgumentNullException.ThrowIfNull(lrLambda);
        return new LambdaSchedule(optimizer, null, lrLambda);
    }

    /// <summary>The learning rate that the schedule began with, times a function of the step for each group.</summary>
    /// <param name="optimizer">The optimizer.</param>
    /// <param name="lrLambdas">The functions, in the order of the groups.</param>
    /// <exception cref="ArgumentException">There are not as many functions as groups.</exception>
    /// <remarks>The functions are not part of the state. <see href="https://pytorch.org/docs/stable/generated/torch.optim.lr_scheduler.LambdaLR.html"/></remarks>
    public static Schedule LambdaLR(optim.Optimizer optimizer, IReadOnlyList<Func<long, double>> lrLambdas)
    {
        ArgumentNullException.ThrowIfNull(lrLambdas);
        return new LambdaSchedule(optimizer, lrLambdas, null);
    }

    /// <summary>The learning rate before, times a function of the step.</summary>
    /// <param name="optimizer">The optimizer.</param>
    /// <param name="lrLambda">The function, of the step from 1. The step is a whole number, so write <c>t / 10.0</c> where a fraction is meant.</param>
    /// <remarks>The function is not part of the state.
    /// <see href="https://pytorch.org/docs/stable/generated/torch.optim.lr_scheduler.MultiplicativeLR.html"/></remarks>
    public static Schedule MultiplicativeLR(optim.Optimizer optimizer, Func<long, double> lrLambda)
    {
        ArgumentNullException.ThrowIfNull(lrLambda);
        return new FactorSchedule(optimizer, null, lrLambda);
    }

    /// <summary>The learning rate before, times a function of the step for each group.</summary>
    /// <param name="optimizer">The optimizer.</param>
    /// <param name="lrLambdas">The functions, in the order of the groups.</param>
    /// <exception cref="ArgumentException">There are not as many functions as groups.</exception>
    /// <remarks>The functions are not part of the state.
    /// <see href="https://pytorch.org/docs/stable/generated/torch.optim.lr_scheduler.MultiplicativeLR.html"/></remarks>
    public static Schedule MultiplicativeLR(optim.Optimizer optimizer, IReadOnlyList<Func<long, double>> lrLambdas)
    {
        ArgumentNullException.ThrowIfNull(lrLambdas);
        return new FactorSchedule(optimizer, lrLambdas, null);
    }

    /// <summary>Lowers the learning rate when a value no longer gets better: call <see cref="Schedule.Step(double)"/> with it.</summary>
    /// <param name="optimizer">The optimizer.</param>
    /// <param name="options">When and how far; <c>new()</c> for PyTorch's defaults.</param>
    /// <exception cref="ArgumentException">There are not as many lowest rates as groups.</exception>
    /// <exception cref="ArgumentOutOfRangeException">An option has a value it cannot have.</exception>
    /// <remarks><see href="https://pytorch.org/docs/stable/generated/torch.optim.lr_scheduler.ReduceLROnPlateau.html"/></remarks>
    public static Schedule ReduceLROnPlateau(optim.Optimizer optimizer, PlateauOptions options)
    {
        ArgumentNullException.ThrowIfNull(options);
        options.Validate();
        return new Plateau(optimizer, options);
    }
}
