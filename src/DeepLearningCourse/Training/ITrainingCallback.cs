namespace DeepLearningCourse.Training;

/// <summary>What wants to know of a training run, or to have a say in it: implement the methods of the moments that matter, and no others.</summary>
/// <remarks>
/// At each moment callbacks run by <see cref="Order"/>, and those of equal order as <see cref="TrainerOptions.Callbacks"/> lists them;
/// <see cref="Trainer{TBatch}.PrintLoop"/> shows who runs when. They run on the training thread and may stop the run with <see cref="TrainingRun.Stop"/>. An exception
/// of theirs ends the run. Tensors of the step at hand are disposed after it: keep clones.
/// </remarks>
/// <example>
/// <code>
/// sealed class StopWhenGood(double loss) : ITrainingCallback
/// {
///     public void OnEpochEnded(TrainingRun run, EpochResult epoch)
///     {
///         if (epoch.TrainLoss &lt; loss)
///         {
///             run.Stop();
///         }
///     }
/// }
/// </code>
/// </example>
public interface ITrainingCallback
{
    /// <summary>What the callback is called in <see cref="Trainer{TBatch}.PrintLoop"/> and in checkpoints. Default: the name of its class.</summary>
    string Name => GetType().Name;

    /// <summary>Its place among the callbacks of a moment: lower ones first. Default 0.</summary>
    int Order => 0;

    /// <summary>What a checkpoint has to keep of the callback; null if nothing. Its tensors are written at once and stay the callback's.</summary>
    CallbackState? State => null;

    /// <summary>Goes on from a state out of a checkpoint.</summary>
    /// <param name="state">A <see cref="State"/>; its tensors are disposed afterwards.</param>
    void Restore(CallbackState state)
    {
    }

    /// <summary>Before the first epoch, or where a resumed run goes on.</summary>
    /// <param name="run">The run.</param>
    void OnFitStarted(TrainingRun run)
    {
    }

    /// <summary>Before the first batch of an epoch.</summary>
    /// <param name="run">The run.</param>
    void OnEpochStarted(TrainingRun run)
    {
    }

    /// <summary>After backward, when the gradients of a step are complete and before they are clipped.</summary>
    /// <param name="run">The run; the gradients are those of <see cref="TrainingRun.Model"/>'s parameters.</param>
    void OnGradientsReady(TrainingRun run)
    {
    }

    /// <summary>When the loss of a batch is no number: the last moment to look at it before the run ends with a <see cref="TrainingException"/>.</summary>
    /// <param name="run">The run.</param>
    /// <param name="failure">The batch and its loss.</param>
    void OnNonFiniteLoss(TrainingRun run, NonFiniteLoss failure)
    {
    }

    /// <summary>After the optimizer's step; not after one that was left out because gradients of float16 overflowed (<see cref="EpochResult.SkippedSteps"/>).</summary>
    /// <param name="run">The run.</param>
    /// <param name="result">The step.</param>
    void OnStepEnded(TrainingRun run, StepResult result)
    {
    }

    /// <summary>Before the network is evaluated.</summary>
    /// <param name="run">The run.</param>
    void OnValidationStarted(TrainingRun run)
    {
    }

    /// <summary>After the network was evaluated.</summary>
    /// <param name="run">The run.</param>
    /// <param name="validation">The evaluation.</param>
    void OnValidated(TrainingRun run, Evaluation validation)
    {
    }

    /// <summary>After an epoch, its validation and its schedule; not after one that the run ended in (<see cref="EpochResult.IsPartial"/>).</summary>
    /// <param name="run">The run.</param>
    /// <param name="epoch">The epoch.</param>
    void OnEpochEnded(TrainingRun run, EpochResult epoch)
    {
    }

    /// <summary>When all that belongs to a step, to an epoch or to the run is done: the moment for <see cref="TrainingRun.Save"/>.</summary>
    /// <param name="run">The run.</param>
    /// <param name="moment">What has ended.</param>
    void OnCheckpoint(TrainingRun run, CheckpointMoment moment)
    {
    }

    /// <summary>After the run, whatever ended it but an exception.</summary>
    /// <param name="run">The run.</param>
    /// <param name="history">What it did.</param>
    void OnFitEnded(TrainingRun run, TrainingHistory history)
    {
    }

    /// <summary>When an exception ends the run. It is thrown on afterwards, also if this method throws another one, which goes to the history's warnings.</summary>
    /// <param name="run">The run.</param>
    /// <param name="exception">The exception.</param>
    void OnFailed(TrainingRun run, Exception exception)
    {
    }
}
