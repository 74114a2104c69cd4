using static TorchSharp.torch;

namespace DeepLearningCourse.Optimization.Scheduling;

/// <summary>Lowers the learning rate when a value no longer gets better.</summary>
internal sealed class Plateau(optim.Optimizer optimizer, PlateauOptions options) : Schedule(optimizer, "ReduceLROnPlateau")
{
    private double? best;
    private long bad;
    private long cooling;

    public override bool NeedsMetric => true;

    internal override void Advance(double? metric)
    {
        StepCount++;
        var value = metric!.Value;

        if (best is null || IsBetter(value, best.Value))
        {
            best = double.IsNaN(value) ? best : value;
            bad = double.IsNaN(value) ? bad + 1 : 0;
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
        (best, bad, cooling) = (null, 0, 0);

        for (var group = 0; group < Groups.Length; group++)
        {
            Groups[group].LearningRate = Bases[group];
        }
    }

    private protected override IReadOnlyDictionary<string, double> SaveValues()
    {
        Dictionary<string, double> values = new() { ["num_bad_epochs"] = bad, ["cooldown_counter"] = cooling };

        if (best is { } known)
        {
            values["best"] = known;
        }

        return values;
    }

    private protected override void LoadValues(IReadOnlyDictionary<string, double> values)
    {
        best = values.TryGetValue("best", out var known) ? known : null;
        (bad, cooling) = ((long)values["num_bad_epochs"], (long)values["cooldown_counter"]);
    }

    private bool IsBetter(double value, double than)
    {
        var isLess = options.Mode == PlateauMode.Min;
        var limit = options.ThresholdMode == PlateauThreshold.Relative
            ? than * (isLess ? 1 - options.Threshold : 1 + options.Threshold)
            : than + (isLess ? -options.Threshold : options.Threshold);
        return isLess ? value < limit : value > limit;
    }

    private void Reduce()
    {
        foreach (var group in Groups)
        {
            var lower = Math.Max(group.LearningRate * options.Factor, options.MinLr);

            if (group.LearningRate - lower > options.Eps)
            {
                group.LearningRate = lower;
            }
        }
    }
}
