namespace DeepLearningCourse.Training.Tuning;

/// <summary>Doubles the batch size until it does not fit, and keeps away from sizes that would not.</summary>
internal sealed class BatchSizeSearch
{
    // Memory that grows with the cube of the batch size is not met; a growth measured as such is noise of small sizes.
    private const double SteepestAcceleration = 4;

    private readonly int min;
    private readonly int max;
    private readonly long? memoryLimit;
    private readonly bool refine;
    private readonly List<BatchSizeTrial> trials = [];

    // What the fitting sizes needed above what the process used before, ascending.
    private readonly List<(int Size, long Needed)> needs = [];

    /// <exception cref="ArgumentOutOfRangeException">A number cannot be.</exception>
    public BatchSizeSearch(int min, int max, long? memoryLimit, bool refine)
    {
        ArgumentOutOfRangeException.ThrowIfLessThan(min, 1);
        ArgumentOutOfRangeException.ThrowIfLessThan(max, min);
        ArgumentOutOfRangeException.ThrowIfLessThan(memoryLimit ?? 1, 1, nameof(memoryLimit));
        (this.min, this.max, this.memoryLimit, this.refine) = (min, max, memoryLimit, refine);
    }

    public BatchSizeFinding Run(IBatchSizeProbe probe)
    {
        var limit = memoryLimit ?? probe.UsualLimit();
        var fits = 0;
        var next = (long)min;

        while (next <= max && Fits(probe, (int)next, limit))
        {
            fits = (int)next;
            next *= 2;
        }

        if (refine && fits > 0)
        {
            Refine(probe, fits, Math.Min(next, max + 1L), limit);
        }

        return new BatchSizeFinding(trials, limit);
    }

    private void Refine(IBatchSizeProbe probe, long fits, long fails, long limit)
    {
        while (fails - fits > 1)
        {
            var middle = fits + ((fails - fits) / 2);

            if (Fits(probe, (int)middle, limit))
            {
                fits = middle;
            }
            else
            {
                fails = middle;
            }
        }
    }

    private bool Fits(IBatchSizeProbe probe, int size, long limit)
    {
        var before = probe.MemoryNow();
        var expected = before + Expected(size);

        if (expected > limit)
        {
            trials.Add(new BatchSizeTrial(size, BatchSizeOutcome.NotTried, expected, null));
            return false;
        }

        var trial = probe.Try(size, limit);
        trials.Add(trial);

        if (trial.Outcome != BatchSizeOutcome.Fits)
        {
            return false;
        }

        needs.Add((size, Math.Max(0, trial.Memory - before)));
        return true;
    }

    /// <summary>What a size is going to need: the line through the last two, or steeper if it grew steeper from the one before.</summary>
    private long Expected(int size)
    {
        if (needs.Count == 0)
        {
            return 0;
        }

        var (last, slope) = (needs[^1], Slope(needs.Count - 1));
        var before = needs.Count > 1 ? Slope(needs.Count - 2) : slope;
        var acceleration = before > 0 ? Math.Clamp(slope / before, 1, SteepestAcceleration) : 1;
        return last.Needed + (long)((size - last.Size) * slope * acceleration);
    }

    /// <summary>Bytes a sample, from the size before to this one; what the first size needs is all its samples'.</summary>
    private double Slope(int i)
    {
        var (size, needed) = i == 0 ? (0, 0) : needs[i - 1];
        return Math.Max(0, (needs[i].Needed - needed) / (double)(needs[i].Size - size));
    }
}
