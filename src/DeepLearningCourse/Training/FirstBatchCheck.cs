using DeepLearningCourse.Training.Checks;
using static TorchSharp.torch;

namespace DeepLearningCourse.Training;

/// <summary>Checks the first batch of a run within its own step: the first error ends it, warnings go to the history.</summary>
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

        foreach (var warning in check.Findings.Warnings)
        {
            place.History.AddWarning(warning);
        }
    }

    public void Dispose() => check.Dispose();

    private void ThrowFirst(Place place)
    {
        if (check.Findings.FirstError is { } error)
        {
            throw place.Error(error);
        }
    }
}
