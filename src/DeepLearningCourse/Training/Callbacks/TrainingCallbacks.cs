namespace DeepLearningCourse.Training.Callbacks;

/// <summary>Callbacks of one line, for notebooks; a class that implements <see cref="ITrainingCallback"/> can do more.</summary>
/// <example>
/// <code>
/// var options = new TrainerOptions { Callbacks = [TrainingCallbacks.OnEpochEnded((run, epoch) => { if (epoch.TrainLoss &lt; 0.1) run.Stop(); })] };
/// </code>
/// </example>
public static class TrainingCallbacks
{
    /// <summary>Calls a function after each step of the optimizer.</summary>
    /// <param name="action">The function.</param>
    public static ITrainingCallback OnStepEnded(Action<TrainingRun, StepResult> action) => new AfterStep(Required(action));

    /// <summary>Calls a function after each validation.</summary>
    /// <param name="action">The function.</param>
    public static ITrainingCallback OnValidated(Action<TrainingRun, Evaluation> action) => new AfterValidation(Required(action));

    /// <summary>Calls a function after each epoch, its validation and its schedule.</summary>
    /// <param name="action">The function.</param>
    public static ITrainingCallback OnEpochEnded(Action<TrainingRun, EpochResult> action) => new AfterEpoch(Required(action));

    private static Action<TrainingRun, T> Required<T>(Action<TrainingRun, T> action)
    {
        ArgumentNullException.ThrowIfNull(action);
        return action;
    }

    private sealed class AfterStep(Action<TrainingRun, StepResult> action) : ITrainingCallback
    {
        public string Name => nameof(OnStepEnded);

        public void OnStepEnded(TrainingRun run, StepResult result) => action(run, result);
    }

    private sealed class AfterValidation(Action<TrainingRun, Evaluation> action) : ITrainingCallback
    {
        public string Name => nameof(OnValidated);

        public void OnValidated(TrainingRun run, Evaluation validation) => action(run, validation);
    }

    private sealed class AfterEpoch(Action<TrainingRun, EpochResult> action) : ITrainingCallback
    {
        public string Name => nameof(OnEpochEnded);

        public void OnEpochEnded(TrainingRun run, EpochResult epoch) => action(run, epoch);
    }
}
