using System.Diagnostics;

namespace DeepLearningCourse.Training;

/// <summary>What an epoch has added up so far.</summary>
internal sealed class EpochTotals
{
    private readonly long[] ticks = new long[5];
    private StepTimes before;
    private long lap;

    /// <summary>The sum of the losses, each times its weight.</summary>
    public double LossSum { get; set; }

    /// <summary>The sum of the weights: of what the losses' means were divided by.</summary>
    public double Weight { get; set; }

    public long Samples { get; set; }

    public long Steps { get; set; }

    /// <summary>Steps that were left out, because gradients of float16 overflowed.</summary>
    public long SkippedSteps { get; set; }

    /// <summary>The sum of the gradients' norms before clipping.</summary>
    public double NormSum { get; set; }

    /// <summary>Other figures: their sums, each as often as the batch has samples.</summary>
    public Dictionary<string, double> Values { get; } = [];

    /// <summary>The losses of several phases by their names: their sums, each as often as the batch has samples.</summary>
    public Dictionary<string, double> PhaseLosses { get; } = [];

    public TimeSpan Elapsed { get; set; }

    public double MeanLoss => LossSum / Weight;

    public StepTimes Times => before.Plus(StepTimes.FromTicks(ticks));

    public void Add(double loss, double weight, long samples, bool isSum, IReadOnlyDictionary<string, double>? values)
    {
        LossSum += isSum ? loss : loss * weight;
        Weight += weight;
        Samples += samples;

        if (values is not null)
        {
            Add(Values, values, samples);
        }
    }

    /// <summary>Adds the other figures of a batch that was added.</summary>
    public static void Add(Dictionary<string, double> sums, IEnumerable<KeyValuePair<string, double>> values, long samples)
    {
        foreach (var (name, value) in values)
        {
            sums[name] = sums.GetValueOrDefault(name) + (value * samples);
        }
    }

    /// <summary>The means of sums.</summary>
    public IReadOnlyDictionary<string, double> Means(Dictionary<string, double> sums) => sums.ToDictionary(entry => entry.Key, entry => entry.Value / Samples);

    /// <summary>Goes on from times that a checkpoint kept.</summary>
    public void GoOn(StepTimes times) => before = times;

    /// <summary>Begins to measure.</summary>
    public void StartLap() => lap = Stopwatch.GetTimestamp();

    /// <summary>The time since the last call is the part's.</summary>
    public void EndLap(StepPart part)
    {
        var now = Stopwatch.GetTimestamp();
        ticks[(int)part] += now - lap;
        lap = now;
    }
}
