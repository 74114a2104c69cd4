using System.Globalization;
using System.Text;

namespace DeepLearningCourse.Training;

/// <summary>The training loop as text, with the callbacks where they are called.</summary>
internal static class LoopText
{
    public static string Of(CallbackList callbacks, TrainerOptions options, IReadOnlyList<string> phases)
    {
        StringBuilder text = new();
        Line(text, 0, "fit", callbacks, nameof(ITrainingCallback.OnFitStarted));
        Line(text, 1, string.Create(CultureInfo.InvariantCulture, $"for each of {options.Epochs} epochs"), callbacks, nameof(ITrainingCallback.OnEpochStarted));
        Line(text, 2, "model.train()");
        Line(text, 2, "for each batch");

        foreach (var phase in phases)
        {
            Phase(text, options, phases.Count > 1 ? $" of {phase}" : "", callbacks);
        }

        Line(text, 3, "after the step", callbacks, nameof(ITrainingCallback.OnStepEnded));

        if (options.ValidateEverySteps is { } steps)
        {
            Validation(text, 3, Every(steps, "step"), callbacks);
        }

        Line(text, 3, "a checkpoint may be written", callbacks, nameof(ITrainingCallback.OnCheckpoint));
        Validation(text, 2, Every(options.ValidateEveryEpochs, "epoch"), callbacks);
        Line(text, 2, "after the epoch", callbacks, nameof(ITrainingCallback.OnEpochEnded));
        Line(text, 2, "a checkpoint may be written", callbacks, nameof(ITrainingCallback.OnCheckpoint));
        Line(text, 1, "at the end a checkpoint may be written", callbacks, nameof(ITrainingCallback.OnCheckpoint));
        Line(text, 1, "end", callbacks, nameof(ITrainingCallback.OnFitEnded));
        Line(text, 0, "if an exception ends it", callbacks, nameof(ITrainingCallback.OnFailed));
        return text.ToString();
    }

    private static void Phase(StringBuilder text, TrainerOptions options, string whose, CallbackList callbacks)
    {
        var often = options.BatchesPerStep > 1 ? string.Create(CultureInfo.InvariantCulture, $", after {options.BatchesPerStep} batches") : "";
        Line(text, 3, $"optimizer.zero_grad(){whose}{often}");
        Line(text, 3, $"loss = criterion(model(X), y){whose}");
        Line(text, 3, "if the loss is no number", callbacks, nameof(ITrainingCallback.OnNonFiniteLoss));
        Line(text, 3, "loss.backward()");
        Line(text, 3, "gradients are complete", callbacks, nameof(ITrainingCallback.OnGradientsReady));

        if (options.ClipValue is not null || options.ClipNorm is not null)
        {
            Line(text, 3, "gradients are clipped");
        }

        Line(text, 3, $"optimizer.step(){whose}{often}");
    }

    private static void Validation(StringBuilder text, int depth, string often, CallbackList callbacks)
    {
        Line(text, depth, $"validation, {often}", callbacks, nameof(ITrainingCallback.OnValidationStarted));
        Line(text, depth, "validated", callbacks, nameof(ITrainingCallback.OnValidated));
    }

    private static string Every(int count, string what) => string.Create(CultureInfo.InvariantCulture, $"every {(count == 1 ? what : $"{count} {what}s")}");

    private static void Line(StringBuilder text, int depth, string what, CallbackList? callbacks = null, string? moment = null)
    {
        var who = moment is null ? "" : callbacks!.Of(moment);

        // A moment without anybody is only worth a line where the loop does something.
        if (moment is nameof(ITrainingCallback.OnNonFiniteLoss) or nameof(ITrainingCallback.OnGradientsReady) or nameof(ITrainingCallback.OnCheckpoint)
            or nameof(ITrainingCallback.OnFailed) or nameof(ITrainingCallback.OnValidated) or nameof(ITrainingCallback.OnStepEnded) && who.Length == 0)
        {
            return;
        }

        text.Append(' ', depth * 2).Append(what).Append(who.Length > 0 ? $"  <- {who}" : "").Append('\n');
    }
}
