using static TorchSharp.torch;

namespace DeepLearningCourse.Optimization.Scheduling;

/// <summary>Lowers the learning rate when a value no longer gets better.</summary>
internal sealed class Plateau : Schedule
{
    private readonly PlateauOptions options;
    private readonly double[] lowest;
    private double best;
    private long bad;
    private long cooling;

    public Plateau(optim.Optimizer optimizer, PlateauOptions options)
        : base(
            optimizer, nameof(Schedules.ReduceLROnPlateau), ("mode", options.Mode), ("factor", options.Factor), ("patience", options.Patience),
            ("threshold", options.Threshold), ("thresholdMode", options.ThresholdMode), ("cooldown", options.Cooldown), ("minLr", options.MinLr.Numbers),
            ("eps", options.Eps))
    {
        this.options = options;
        lowest = options.MinLr.For(Groups.Count, nameof(options.MinLr));
        Begin();
    }

    public override bool NeedsMetric => true;

    private protected override bool SetsInitialRates => false;

    internal override void Advance(double? metric)
    {
        StepCount++;
        var value = metric!.Value;

        if (IsBetter(value))
        {
            (best, bad) = (value, 0);
        }
        else
        {
            bad++;
        }

        if (cooling > 0)
        {
            cooling--;
            bad = 0;
        }

        if (bad > options.Patience)
        {
            Reduce();
            cooling = options.Cooldown;
            bad = 0;
        }
    }

    internal override void Begin()
    {
        StepCount = 0;
        (best, bad, cooling) = (options.Mode == PlateauMode.Min ? double.PositiveInfinity : double.NegativeInfinity, 0, 0);
    }

    private protected override IReadOnlyDictionary<string, double> SaveValues() =>
        new Dictionary<string, double> { ["best"] = best, ["num_bad_epochs"] = bad, ["cooldown_counter"] = cooling };

    private protected override void LoadValues(IReadOnlyDictionary<string, double> values) =>
        (best, bad, cooling) = (values["best"], (long)values["num_bad_epochs"], (long)values["cooldown_counter"]);

    private bool IsBetter(double value)
    {
        var isLess = options.Mode == PlateauMode.Min;
        var limit = options.ThresholdMode == PlateauThreshold.Relative
            ? best * (isLess ? 1 - options.Threshold : 1 + options.Threshold)
            : best + (isLess ? -options.Threshold : options.Threshold);
        return isLess ? value < limit : value > limit;
    }

    private void Reduce()
    {
        for (var group = 0; group < Groups.Count; group++)
        {
            var lower = Math.Max(Groups[group] * options.Factor, lowest[group]);

            if (Groups[group] - lower > options.Eps)
            {
                Groups[group] = lower;
            }
        }
    }
}
