using DeepLearningCourse.Checkpoints;
using DeepLearningCourse.Models;
using DeepLearningCourse.Optimization;

namespace DeepLearningCourse.Training;

/// <summary>What a checkpoint has of optimizers and schedules: all of them take it, or none.</summary>
internal static class StepStates
{
    /// <exception cref="CheckpointException">One does not fit; all are as they were.</exception>
    public static void Restore(
        string path, IReadOnlyList<GradientStep> steps, IReadOnlyList<OptimizerStateDict> optimizers, IReadOnlyList<RunRecord.PhaseRecord> phases, Action others)
    {
        var before = steps.Select(step => (Optimizer: ((Optimizer)step.Optimizer).state_dict(), Schedule: step.Schedule?.State)).ToList();

        try
        {
            for (var i = 0; i < steps.Count; i++)
            {
                var (step, state, schedule) = (steps[i], optimizers[i], phases[i].Schedule);
                Require(path, "is of another optimizer", () => ((Optimizer)step.Optimizer).load_state_dict(state));
                Require(path, "is of another schedule", () => step.Schedule?.Restore(schedule!));
            }

            others();
        }
        catch (CheckpointException)
        {
            foreach (var (step, (optimizer, schedule)) in steps.Zip(before))
            {
                ((Optimizer)step.Optimizer).load_state_dict(optimizer);

                if (schedule is not null)
                {
                    step.Schedule!.Restore(schedule);
                }
            }

            throw;
        }
    }

    /// <summary>Does what may find that a checkpoint is another run's.</summary>
    /// <exception cref="CheckpointException">It is.</exception>
    public static void Require(string path, string problem, Action action)
    {
        try
        {
            action();
        }
        catch (Exception exception) when (exception is WeightsMismatchException or ArgumentException or InvalidOperationException and not CheckpointException)
        {
            throw new CheckpointException(path, $"{problem}. {exception.Message}", isDamaged: false, exception);
        }
    }
}
