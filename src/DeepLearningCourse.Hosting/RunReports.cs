using DeepLearningCourse.Training;

namespace DeepLearningCourse.Hosting;

/// <summary>Takes down how far a run is.</summary>
internal sealed class RunReports(RunEntry entry, Lock gate) : IProgress<TrainingProgress>
{
    public void Report(TrainingProgress value)
    {
        lock (gate)
        {
            entry.Status = entry.Status with { Progress = value };
        }
    }
}
