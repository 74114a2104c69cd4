using static TorchSharp.torch;

namespace DeepLearningCourse.Training.Tuning;

/// <summary>Trains with the rates of a sweep, one a step.</summary>
internal sealed class RateTest<TBatch> : ITrainingCallback
{
    private readonly RateSweep sweep;
    private readonly Trial<TBatch> trial;
    private readonly List<(optim.ILearningRateController Group, double Proportion)> groups;
    private bool lossIsLost;
    private bool isBetweenBackwardAndStep;

    public RateTest(RateSweep sweep, Trial<TBatch> trial)
    {
        (this.sweep, this.trial) = (sweep, trial);
        List<optim.ILearningRateController> all = [.. trial.Optimizer.ParamGroups];
        var largest = all.Max(group => group.LearningRate);
        groups = all.ConvertAll(group => (group, largest > 0 ? group.LearningRate / largest : 1));
    }

    public LearningRateFinding Run(IEnumerable<TBatch> train)
    {
        SetRate();

        try
        {
            trial.Run(train, this, trial.ChecksFirstBatch);
        }
        catch (TrainingException) when (sweep.Points.Count > 0 && (lossIsLost || isBetweenBackwardAndStep))
        {
            // Too large a rate is what the test goes up to.
            sweep.Diverge();
        }

        return new LearningRateFinding(sweep.Points, sweep.Steps, sweep.HasDiverged);
    }

    /// <inheritdoc/>
    public void OnNonFiniteLoss(TrainingRun run, NonFiniteLoss failure) => lossIsLost = trial.Work.NotANumber((TBatch)failure.Batch) is null;

    /// <inheritdoc/>
    public void OnGradientsReady(TrainingRun run) => isBetweenBackwardAndStep = true;

    /// <inheritdoc/>
    public void OnStepEnded(TrainingRun run, StepResult result)
    {
        isBetweenBackwardAndStep = false;

        if (sweep.Add(trial.Work.IsSum ? result.Loss / result.Samples : result.Loss))
        {
            SetRate();
        }
        else
        {
            run.Stop();
        }
    }

    private void SetRate() => groups.ForEach(entry => entry.Group.LearningRate = sweep.NextRate * entry.Proportion);
}
