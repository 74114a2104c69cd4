using DeepLearningCourse.Training;
using DeepLearningCourse.Training.Callbacks;

namespace DeepLearningCourse.Tests.Training.Callbacks;

public sealed class TrainingCallbacksTests : NetworkTest
{
    [Test]
    public void Functions_are_called_at_their_moments()
    {
        List<string> seen = [];
        using ScriptedRun run = new(7, 8) { Steps = 2 };
        TrainerOptions options = new()
        {
            Epochs = 2,
            Callbacks =
            [
                TrainingCallbacks.OnEpochEnded((_, epoch) => seen.Add($"epoch {epoch.Epoch}")),
                TrainingCallbacks.OnStepEnded((_, step) => seen.Add($"step {step.Step}")),
                TrainingCallbacks.OnValidated((_, validation) => seen.Add($"loss {validation.Loss}")),
            ],
        };

        _ = run.Fit(options);

        Assert.That(seen, Is.EqualTo(new[] { "step 1", "step 2", "loss 7", "epoch 1", "step 3", "step 4", "loss 8", "epoch 2" }));
        Assert.That(options.Callbacks.Select(callback => callback.Name), Is.EqualTo(new[] { "OnEpochEnded", "OnStepEnded", "OnValidated" }));
        Assert.That(() => TrainingCallbacks.OnStepEnded(null!),
            Throws.ArgumentNullException.With.Message.EqualTo("Value cannot be null. (Parameter 'action')"));
    }
}
