using System.Diagnostics.CodeAnalysis;
using System.Globalization;
using System.Reflection;

namespace DeepLearningCourse.Training;

/// <summary>The callbacks of a run in their order, moment by moment: only those that implement a moment's method are called.</summary>
internal sealed class CallbackList
{
    private readonly Dictionary<string, ITrainingCallback[]> byMoment;

    public CallbackList(IEnumerable<ITrainingCallback> callbacks)
    {
        All = [.. callbacks.OrderBy(callback => callback.Order)];
        byMoment = Moments.ToDictionary(moment => moment.Name, moment => All.Where(callback => Implements(callback, moment)).ToArray());
        (GradientsReady, NonFiniteLoss, StepEnded, Checkpoint) = (
            byMoment[nameof(ITrainingCallback.OnGradientsReady)], byMoment[nameof(ITrainingCallback.OnNonFiniteLoss)],
            byMoment[nameof(ITrainingCallback.OnStepEnded)], byMoment[nameof(ITrainingCallback.OnCheckpoint)]);
    }

    private static IReadOnlyList<MethodInfo> Moments { get; } =
        [.. typeof(ITrainingCallback).GetMethods().Where(method => method.Name.StartsWith("On", StringComparison.Ordinal))];

    public IReadOnlyList<ITrainingCallback> All { get; }

    public ITrainingCallback[] GradientsReady { get; }

    public ITrainingCallback[] NonFiniteLoss { get; }

    public ITrainingCallback[] StepEnded { get; }

    public ITrainingCallback[] Checkpoint { get; }

    /// <summary>The callbacks by the names they have in a checkpoint: a second one of a name has its number behind it.</summary>
    public IEnumerable<(string Name, ITrainingCallback Callback)> Named()
    {
        Dictionary<string, int> seen = [];

        foreach (var callback in All)
        {
            var count = seen[callback.Name] = seen.GetValueOrDefault(callback.Name) + 1;
            yield return (count == 1 ? callback.Name : string.Create(CultureInfo.InvariantCulture, $"{callback.Name} {count}"), callback);
        }
    }

    public void FitStarted(TrainingRun run) => Tell(nameof(ITrainingCallback.OnFitStarted), callback => callback.OnFitStarted(run));

    public void EpochStarted(TrainingRun run) => Tell(nameof(ITrainingCallback.OnEpochStarted), callback => callback.OnEpochStarted(run));

    public void ValidationStarted(TrainingRun run) => Tell(nameof(ITrainingCallback.OnValidationStarted), callback => callback.OnValidationStarted(run));

    public void Validated(TrainingRun run, Evaluation validation) => Tell(nameof(ITrainingCallback.OnValidated), callback => callback.OnValidated(run, validation));

    public void EpochEnded(TrainingRun run, EpochResult epoch) => Tell(nameof(ITrainingCallback.OnEpochEnded), callback => callback.OnEpochEnded(run, epoch));

    public void FitEnded(TrainingRun run) => Tell(nameof(ITrainingCallback.OnFitEnded), callback => callback.OnFitEnded(run, run.History));

    /// <summary>Tells all of them of a failure, which is thrown on: one of theirs must not take its place, nor keep it from the others.</summary>
    [SuppressMessage("Design", "CA1031", Justification = "The failure that ended the run is thrown on, and this one is in the history.")]
    public void Failed(TrainingRun run, Exception exception) => Tell(nameof(ITrainingCallback.OnFailed), callback =>
    {
        try
        {
            callback.OnFailed(run, exception);
        }
        catch (Exception second)
        {
            run.Warn($"{callback.Name} could not take note of the failure: {second.Message}");
        }
    });

    public void Save(TrainingRun run, CheckpointMoment moment)
    {
        foreach (var callback in Checkpoint)
        {
            callback.OnCheckpoint(run, moment);
        }
    }

    /// <summary>Whose turn is when, as the text of <see cref="Trainer{TBatch}.PrintLoop"/> has it behind a line.</summary>
    public string Of(string moment) => string.Join(", ", byMoment[moment].Select(callback => callback.Name));

    private void Tell(string moment, Action<ITrainingCallback> call)
    {
        foreach (var callback in byMoment[moment])
        {
            call(callback);
        }
    }

    private static bool Implements(ITrainingCallback callback, MethodInfo moment)
    {
        var map = callback.GetType().GetInterfaceMap(typeof(ITrainingCallback));
        var target = map.TargetMethods[Array.IndexOf(map.InterfaceMethods, moment)];
        return target.DeclaringType != typeof(ITrainingCallback);
    }
}
