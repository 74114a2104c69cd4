namespace DeepLearningCourse.Training.Display;

/// <summary>How far a run is, how fast, and how long it will take.</summary>
internal sealed class RunPace(TimeProvider clock)
{
    private long began;
    private double from;
    private int? batches;
    private double? lastSpeed;

    /// <summary>Begins to measure, where the run goes on.</summary>
    public void Start(TrainingRun run)
    {
        began = clock.GetTimestamp();
        batches = run.BatchesPerEpoch;
        from = Done(run);
    }

    /// <summary>Remembers what an epoch has shown: how many batches of a stream there are, and its speed.</summary>
    public void EndEpoch(TrainingRun run)
    {
        batches = run.BatchesPerEpoch ?? run.Batch;
        lastSpeed = SpeedOf(run) ?? lastSpeed;
    }

    /// <summary>The share of the run that is done, 0 to 1.</summary>
    public double Done(TrainingRun run)
    {
        var within = batches is > 0 and { } all ? Math.Min(1, run.Batch / (double)all) : 0;
        var done = (Math.Min(run.Epoch, run.Options.Epochs + 1) - 1 + within) / run.Options.Epochs;

        if (run.Options.MaxSteps is { } steps)
        {
            done = Math.Max(done, run.Step / (double)steps);
        }

        if (run.Options.MaxTime is { } time)
        {
            done = Math.Max(done, run.Elapsed / time);
        }

        return Math.Clamp(done, 0, 1);
    }

    /// <summary>The time that is left at the pace since it began or was resumed; null before there is one.</summary>
    public TimeSpan? TimeLeft(TrainingRun run)
    {
        var done = Done(run);
        return done > from && done < 1 ? clock.GetElapsedTime(began) * Math.Min((1 - done) / (done - from), 1e6) : null;
    }

    /// <summary>The samples that the steps of the epoch trained on in a second, or those of the epoch before while there are none.</summary>
    public double? SamplesPerSecond(TrainingRun run) => SpeedOf(run) ?? lastSpeed;

    private static double? SpeedOf(TrainingRun run)
    {
        var times = run.Totals.Times;
        var seconds = (times.Total - times.Other).TotalSeconds;
        return seconds > 0 && run.Samples > 0 ? run.Samples / seconds : null;
    }
}
