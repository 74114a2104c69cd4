using System.Runtime.InteropServices;
using DeepLearningCourse.Data;
using DeepLearningCourse.Models;
using DeepLearningCourse.Runtime;
using TorchSharp;
using static TorchSharp.torch;

namespace DeepLearningCourse.Training;

/// <summary>One batch on its way through the loop: its place, its tensors, and the sentences for what goes wrong with it.</summary>
internal readonly record struct Step(int Epoch, int Batch, TrainingHistory History, Tensor X, Tensor Y)
{
    public static TrainingException NoData(string what, TrainingHistory history) => new(NoDataText(what), 0, 0, history);

    public static string NoDataText(string what) => $"{what} gave no batch. Is the data set empty, or is a sequence passed that can be read only once?";

    public TrainingException Error(string message, Exception? cause = null) => new(
        $"{Where}: {message}", Epoch, Batch, History, cause);

    /// <summary>The criterion on predictions and targets, first the predictions, as the slides warn.</summary>
    public Tensor Loss(nn.IModule<Tensor, Tensor, Tensor> criterion, Tensor preds)
    {
        try
        {
            return criterion.call(preds, Y);
        }
        catch (ExternalException exception)
        {
            throw Error(CannotCompare(criterion, preds, Y, exception), exception);
        }
    }

    public static string CannotCompare(nn.IModule<Tensor, Tensor, Tensor> criterion, Tensor preds, Tensor y, ExternalException exception) =>
        $"{criterion.GetType().Name} cannot compare predictions {Shapes.Text(preds)} ({preds.dtype}) with targets "
        + $"{Shapes.Text(y)} ({y.dtype}): {NativeErrorText.FirstLine(exception)}.";

    /// <summary>The loss as a number; refused before it can spoil the weights if it is none.</summary>
    public double FiniteValue(Tensor loss)
    {
        if (loss.numel() != 1)
        {
            throw Error(NotOneNumber(loss));
        }

        var value = Number(loss);
        return double.IsFinite(value) ? value : throw Error(NotFinite(value, X, Y));
    }

    /// <summary>Why training could not go on with a loss; null if it can.</summary>
    public static string? LossProblem(Tensor loss, Tensor x, Tensor y) =>
        loss.numel() != 1 ? NotOneNumber(loss) : Number(loss) is var value && double.IsFinite(value) ? null : NotFinite(value, x, y);

    private static string NotOneNumber(Tensor loss) =>
        $"the criterion gave a loss of shape {Shapes.Text(loss)} and training needs one number. Make the criterion with reduction mean or sum.";

    private static string NotFinite(double value, Tensor x, Tensor y) => NotANumber("features", x) ?? NotANumber("targets", y)
        ?? $"the loss is {value}, while the data is finite: the weights grew too large. Use a smaller learning rate, and scale the features.";

    /// <summary>A tensor on a device, itself if it is there.</summary>
    public static Tensor On(Device device, Tensor tensor) =>
        tensor.device_type == device.type && (device.type == DeviceType.CPU || tensor.device_index == device.index) ? tensor : tensor.to(device);

    /// <summary>Where in a tensor of the batch the first NaN or infinity stands; null if there is none.</summary>
    public static string? NotANumber(string what, Tensor data)
    {
        if (!data.is_floating_point())
        {
            return null;
        }

        using var scope = NewDisposeScope();
        var bad = data.isfinite().logical_not().nonzero();
        if (bad.shape[0] == 0)
        {
            return null;
        }

        var place = bad[0].cpu().data<long>().ToArray();
        var value = data[[.. place.Select(i => TensorIndex.Single(i))]].ToDouble();
        var column = place.Length > 1 ? $", column {string.Join(", ", place[1..])}" : "";
        return $"the {what} hold {value} at sample {place[0]} of the batch{column} ({bad.shape[0]} such values in all). "
            + "Remove or fill those samples before training.";
    }

    // Read where it lies: TorchSharp makes three objects for a number.
    private static unsafe double Number(Tensor loss) => loss.device_type != DeviceType.CPU ? loss.ToDouble() : loss.dtype switch
    {
        ScalarType.Float32 => *(float*)loss.DataPointer(),
        ScalarType.Float64 => *(double*)loss.DataPointer(),
        _ => loss.ToDouble(),
    };

    private string Where => Epoch == 0 ? $"Evaluation, batch {Batch}" : $"Epoch {Epoch}, batch {Batch}";
}
