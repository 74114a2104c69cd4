using System.Globalization;

namespace DeepLearningCourse.Training.Tuning;

/// <summary>The rates of a test, and what it takes from their losses.</summary>
internal sealed class RateSweep
{
    private readonly double min;
    private readonly double ratio;
    private readonly double divergence;
    private readonly double smoothing;

    /// <exception cref="ArgumentOutOfRangeException">A number cannot be.</exception>
    public RateSweep(double min, double max, int steps, double divergence, double smoothing)
    {
        Require(double.IsFinite(min) && min > 0, nameof(min), min, "the first learning rate: a finite number above 0");
        Require(double.IsFinite(max) && max > min, nameof(max), max, "the last learning rate: a finite number above min");
        Require(steps >= 10, nameof(steps), steps, "the number of rates: at least 10, and 100 is usual");
        Require(divergence > 1, nameof(divergence), divergence, "how many times its best the loss may come to: above 1, and 4 is usual");
        Require(smoothing is >= 0 and < 1, nameof(smoothing), smoothing, "the part of the mean loss before that stays: from 0 to below 1, and 0.98 is usual");
        (this.min, ratio, Steps, this.divergence, this.smoothing) = (min, max / min, steps, divergence, smoothing);
    }

    public int Steps { get; }

    /// <summary>The points so far.</summary>
    public List<LearningRatePoint> Points { get; } = [];

    /// <summary>Whether the loss grew too large.</summary>
    public bool HasDiverged { get; private set; }

    private double Mean { get; set; }

    private double Best { get; set; } = double.PositiveInfinity;

    /// <summary>The rate of the next point.</summary>
    public double NextRate => min * Math.Pow(ratio, (double)Points.Count / (Steps - 1));

    /// <summary>Takes the loss that was there before the step with <see cref="NextRate"/>.</summary>
    /// <returns>Whether the test goes on.</returns>
    public bool Add(double loss)
    {
        Mean = (smoothing * Mean) + ((1 - smoothing) * loss);

        // Without the correction the first means would be near 0, where the average began.
        var smoothed = Mean / (1 - Math.Pow(smoothing, Points.Count + 1));
        Points.Add(new LearningRatePoint(NextRate, loss, smoothed));
        Best = Math.Min(Best, smoothed);

        // The same for losses below 0, of which a multiple would be better and not worse.
        HasDiverged = smoothed > Best + ((divergence - 1) * Math.Abs(Best));
        return !HasDiverged && Points.Count < Steps;
    }

    /// <summary>Takes that there is no loss any more.</summary>
    public void Diverge() => HasDiverged = true;

    private static void Require(bool holds, string name, double value, string meaning)
    {
        if (!holds)
        {
            throw new ArgumentOutOfRangeException(name, value, string.Create(CultureInfo.InvariantCulture, $"{name} is {value}, and it is {meaning}."));
        }
    }
}
