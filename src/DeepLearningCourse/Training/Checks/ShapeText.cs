using DeepLearningCourse.Data;
using static TorchSharp.torch;

namespace DeepLearningCourse.Training.Checks;

/// <summary>How to make targets fit predictions that are compared number by number.</summary>
internal static class ShapeText
{
    public static string Differ(nn.IModule<Tensor, Tensor, Tensor> criterion, Tensor predictions, Tensor targets) =>
        $"predictions {Shapes.Text(predictions)} and targets {Shapes.Text(targets)} differ in shape, and "
        + $"{criterion.GetType().Name} compares them number by number. {Fix(predictions, targets)}";

    public static string Fix(Tensor predictions, Tensor targets)
    {
        if (Order(predictions.shape, targets.shape) is { } order)
        {
            return $"The dimensions stand in another order: y.permute({string.Join(", ", order)}) gives the targets the shape {Shapes.Text(predictions)}.";
        }

        if (predictions.numel() == targets.numel())
        {
            return $"Give the targets the shape {Shapes.Text(predictions)}, for instance with y.reshape({string.Join(", ", predictions.shape.Skip(1).Prepend(-1))}).";
        }

        return !targets.is_floating_point() && predictions.Dimensions == 2 && targets.numel() == predictions.shape[0]
            ? "Targets of one whole number per sample look like classes, which CrossEntropyLoss compares; otherwise make the last layer give as many outputs as there are targets."
            : "Make the last layer give as many outputs as there are targets.";
    }

    /// <summary>The order of dimensions that makes one shape the other; null if they do not just stand in another order, or several orders would.</summary>
    private static int[]? Order(long[] wanted, long[] given)
    {
        if (wanted.Length != given.Length || wanted.Length < 3 || wanted[0] != given[0]
            || wanted.Distinct().Count() != wanted.Length || !wanted.Order().SequenceEqual(given.Order()) || wanted.Where(Counts).SequenceEqual(given.Where(Counts)))
        {
            return null;
        }

        return [.. wanted.Select(extent => Array.IndexOf(given, extent))];
    }

    private static bool Counts(long extent) => extent != 1;
}
