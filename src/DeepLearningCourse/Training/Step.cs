using System.Runtime.InteropServices;
using DeepLearningCourse.Data;
using DeepLearningCourse.Models;
using TorchSharp;
using static TorchSharp.torch;

namespace DeepLearningCourse.Training;

/// <summary>One batch on its way through the loop: its place, its tensors, and the sentences for what goes wrong with it.</summary>
internal readonly record struct Step(Place Place, Tensor X, Tensor Y)
{
    public TrainingException Error(string message, Exception? cause = null) => Place.Error(message, cause);

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
}
