using DeepLearningCourse.Training.Checks;
using static TorchSharp.torch;

namespace DeepLearningCourse.Training;

/// <summary>Checks the first batch of a run, or of an evaluation, within its own step: the first error ends it, warnings go to the history.</summary>
internal sealed class FirstBatchCheck(BatchCheck check) : IDisposable
{
    /// <summary>The data and the optimizer, before anything is computed.</summary>
    public void BeforeForward(Place place, IReadOnlyList<Tensor> features, Tensor? targets)
    {
        check.BeforeForward(features, targets);
        ThrowFirst(place);
    }

    /// <summary>The predictions against targets and criterion.</summary>
    public void BeforeLoss(Place place, Tensor preds, Tensor? targets)
    {
        check.BeforeLoss(preds, targets);
        ThrowFirst(place);
    }

    /// <summary>The gradients, after backward.</summary>
    public void BeforeStep(Place place)
    {
        check.BeforeStep();
        ThrowFirst(place);
        Warn(place.History, check.Findings.Warnings, warning => warning);
    }

    /// <summary>Ends the check of an evaluation: what the training data had as well is not said again.</summary>
    public void EndEvaluation(Place place) => Warn(
        place.History, check.Findings.Warnings.Except(place.History.Warnings), warning => place.Sentence(char.ToLowerInvariant(warning[0]) + warning[1..]));

    public void Dispose() => check.Dispose();

    private static void Warn(TrainingHistory history, IEnumerable<string> warnings, Func<string, string> sentence)
    {
        // A run that goes on has them already.
        foreach (var warning in warnings.Select(sentence).Except(history.Warnings).ToList())
        {
            history.AddWarning(warning);
        }
    }

    private void ThrowFirst(Place place)
    {
        if (check.Findings.FirstError is { } error)
        {
            throw place.Error(error);
        }
    }
}
