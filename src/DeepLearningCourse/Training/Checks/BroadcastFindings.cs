using System.Runtime.InteropServices;
using DeepLearningCourse.Data;
using static TorchSharp.torch;

namespace DeepLearningCourse.Training.Checks;

/// <summary>A criterion of the user's own that broadcasts a row of targets over a column of predictions, or the other way round.</summary>
/// <remarks>What such a criterion compares cannot be read off it, so it is asked: one that means to compare number by number gives another value for targets of
/// the predictions' shape.</remarks>
internal static class BroadcastFindings
{
    private const double Tolerance = 1e-4;

    public static void Find(nn.IModule<Tensor, Tensor, Tensor> criterion, Tensor predictions, Tensor targets, FindingList findings)
    {
        if (predictions.shape.SequenceEqual(targets.shape) || predictions.numel() < 2 || !Extents(predictions).SequenceEqual(Extents(targets)))
        {
            return;
        }

        // A criterion may learn or count; what is asked here is not to show in it.
        using var untouched = criterion is nn.Module module ? new UntouchedState(module, []) : null;

        if (Value(criterion, predictions, targets) is { } given && Value(criterion, predictions, targets) == given
            && Value(criterion, predictions, targets.reshape(predictions.shape)) is { } meant
            && Math.Abs(given - meant) > Tolerance * Math.Max(Math.Abs(given), Math.Abs(meant)))
        {
            findings.Error($"predictions {Shapes.Text(predictions)} and targets {Shapes.Text(targets)} differ in shape, and {criterion.GetType().Name} gives {TargetText.Number(given)} for them, but "
                + $"{TargetText.Number(meant)} where both are {Shapes.Text(predictions)}: it stretches one over the other. {ShapeText.Fix(predictions, targets)} {FindingList.SwitchOff}");
        }
    }

    private static IEnumerable<long> Extents(Tensor tensor) => tensor.shape.Where(extent => extent != 1);

    private static double? Value(nn.IModule<Tensor, Tensor, Tensor> criterion, Tensor predictions, Tensor targets)
    {
        try
        {
            var loss = criterion.call(predictions, targets);
            return loss.numel() == 1 && loss.to(ScalarType.Float64).item<double>() is var value && double.IsFinite(value) ? value : null;
        }
        catch (Exception exception) when (exception is ExternalException or InvalidOperationException or ArgumentException)
        {
            // It says so itself when it is called for the loss, or cannot do with the other shape.
            return null;
        }
    }
}
