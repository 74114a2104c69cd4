using DeepLearningCourse.Data;
using TorchSharp.Modules;
using static TorchSharp.torch;

namespace DeepLearningCourse.Models;

/// <summary>Setting a layer's values by hand: the slides' <c>model.w1.weight.data = tensor([...])</c>.</summary>
public static class ParameterExtensions
{
    /// <summary>Gives a parameter new values, in place: optimizers that hold it go on with it.</summary>
    /// <param name="parameter">The parameter, for instance <c>model.w1.weight</c>, of shape <c>[out_features, in_features]</c>.</param>
    /// <param name="values">The new values, of the parameter's shape; converted to its type and device.</param>
    /// <exception cref="ArgumentException">The shapes differ; the parameter keeps its values.</exception>
    public static void SetData(this Parameter parameter, Tensor values)
    {
        ArgumentNullException.ThrowIfNull(parameter);
        ArgumentNullException.ThrowIfNull(values);
        if (!parameter.shape.SequenceEqual(values.shape))
        {
            throw new ArgumentException(
                $"The parameter has shape {Shapes.Text(parameter)} and the new values {Shapes.Text(values)}. "
                + "A layer's weight is [out_features, in_features] and its bias [out_features].", nameof(values));
        }

        using (no_grad())
        {
            parameter.copy_(values);
        }
    }
}
