namespace DeepLearningCourse.Training;

/// <summary>Hands the progress of a run on.</summary>
internal sealed class ProgressReports(IProgress<TrainingProgress> progress) : ITrainingCallback
{
    public int Order => int.MaxValue;

    public void OnStepEnded(TrainingRun run, StepResult result)
    {
        if (result.Step % run.Options.LogEverySteps == 0)
        {
            progress.Report(Now(run, run.MeanLoss, null));
        }
    }

    public void OnEpochEnded(TrainingRun run, EpochResult epoch) => progress.Report(Now(run, epoch.TrainLoss, epoch) with { Batch = 0 });

    private static TrainingProgress Now(TrainingRun run, double loss, EpochResult? completed) => new(
        run.Epoch, run.Options.Epochs, run.Batch, run.BatchesPerEpoch, run.Step, loss, run.LearningRates.Count > 0 ? run.LearningRates[0] : double.NaN, run.Elapsed)
    {
        Completed = completed,
    };
}
