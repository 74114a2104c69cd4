using DeepLearningCourse.Data;
using static TorchSharp.torch;

namespace DeepLearningCourse.Metrics.Counting;

/// <summary>How the shapes of predictions and targets fit each other.</summary>
internal static class BatchShapes
{
    /// <summary>What a batch of a classification is.</summary>
    /// <exception cref="ArgumentException">The shapes do not fit.</exception>
    public static BatchKind KindOf(Tensor predictions, Tensor targets)
    {
        RequireReal(predictions, nameof(predictions));
        RequireReal(targets, nameof(targets));
        var (predicted, actual) = (predictions.shape, Squeezed(targets.shape));
        if (!predictions.is_floating_point())
        {
            return Squeezed(predicted).SequenceEqual(actual) ? BatchKind.Labels : throw Unfit(predictions, targets);
        }

        if (predicted.Length == 1 || predicted[1] == 1)
        {
            return Squeezed(predicted).SequenceEqual(actual) ? BatchKind.YesNo : throw Unfit(predictions, targets);
        }

        long[] positions = [predicted[0], .. predicted[2..]];
        return Squeezed(positions).SequenceEqual(actual) ? BatchKind.Classes
            : predicted.SequenceEqual(targets.shape) ? BatchKind.MultiLabel
            : throw Unfit(predictions, targets);
    }

    /// <summary>Checks predicted values against true ones.</summary>
    /// <exception cref="ArgumentException">They are not of the same shape, but for a dimension 1 of size 1.</exception>
    public static void RequireValues(Tensor predictions, Tensor targets)
    {
        RequireReal(predictions, nameof(predictions));
        RequireReal(targets, nameof(targets));
        if (!Squeezed(predictions.shape).SequenceEqual(Squeezed(targets.shape)))
        {
            throw new ArgumentException(
                $"Predictions {Shapes.Text(predictions)} do not fit targets {Shapes.Text(targets)}: there must be one predicted value for each target.",
                nameof(predictions));
        }
    }

    /// <summary>One row per sample and position, with the columns of dimension 1: <c>[batch, columns, d...]</c> to <c>[batch · d..., columns]</c>.</summary>
    public static Tensor Rows(Tensor tensor) =>
        tensor.dim() == 1 ? tensor.unsqueeze(1) : tensor.movedim([1], [-1]).reshape(-1, tensor.shape[1]);

    // A network with one output gives [batch, 1] where targets are often [batch], and the other way round.
    private static long[] Squeezed(long[] shape) => shape.Length > 1 && shape[1] == 1 ? [shape[0], .. shape[2..]] : shape;

    private static void RequireReal(Tensor tensor, string name)
    {
        ArgumentNullException.ThrowIfNull(tensor, name);
        if (tensor.dim() == 0)
        {
            throw new ArgumentException("The tensor is a single number, of shape []: give a batch, [1] for one sample.", name);
        }

        if (tensor.is_complex())
        {
            throw new ArgumentException($"The tensor holds complex numbers ({tensor.dtype}), which are neither classes nor probabilities nor values.", name);
        }
    }

    private static ArgumentException Unfit(Tensor predictions, Tensor targets) => new(
        $"Predictions {Shapes.Text(predictions)} ({predictions.dtype}) do not fit targets {Shapes.Text(targets)}. Class numbers and probabilities of yes have the shape "
        + "of the targets, scores [batch, classes, ...] go with targets [batch, ...], and several labels per sample with targets of the same shape.",
        nameof(predictions));
}
