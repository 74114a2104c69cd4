using DeepLearningCourse.Optimization;
using DeepLearningCourse.Runtime;
using TorchSharp;
using TorchSharp.Modules;
using static TorchSharp.torch;

namespace DeepLearningCourse.Training.Callbacks;

/// <summary>The norms of gradients, one by one: on the processor where they lie, elsewhere with one wait for each device.</summary>
internal static class GradientNorms
{
    /// <summary>The norm of each parameter's gradient; null without one.</summary>
    public static double?[] Of(IReadOnlyList<Parameter> parameters)
    {
        var norms = new double?[parameters.Count];
        List<(int Place, Tensor Norm)> waiting = [];
        using var scope = NewDisposeScope();
        using var withoutGradients = no_grad();

        for (var i = 0; i < parameters.Count; i++)
        {
            if (parameters[i].grad is not { } gradient)
            {
                continue;
            }

            if (gradient.device_type == DeviceType.CPU && !gradient.is_sparse)
            {
                norms[i] = Gradients.Norm([parameters[i]]);
            }
            else
            {
                waiting.Add((i, Compute(gradient)));
            }
        }

        foreach (var device in waiting.GroupBy(entry => entry.Norm.device.ToString()))
        {
            var places = device.ToList();

            foreach (var (place, value) in places.Select(entry => entry.Place).Zip(Read([.. places.Select(entry => entry.Norm)])))
            {
                norms[place] = value;
            }
        }

        return norms;
    }

    /// <summary>Whether all gradients are finite and not too large for their norm to be.</summary>
    public static bool AreFinite(IReadOnlyList<Parameter> parameters) =>
        parameters.All(IsPlain)
            ? double.IsFinite(Gradients.Norm(parameters))
            : Of(parameters).All(norm => norm is null || double.IsFinite(norm.Value));

    private static bool IsPlain(Parameter parameter)
    {
        var gradient = TensorCalls.Grad(parameter.Handle);

        if (gradient == 0)
        {
            return true;
        }

        var isPlain = TensorCalls.DeviceType(gradient) == DeviceType.CPU && !TensorCalls.IsSparse(gradient);
        TensorCalls.Dispose(gradient);
        return isPlain;
    }

    private static Tensor Compute(Tensor gradient)
    {
        var dense = gradient.is_sparse ? gradient.to_dense() : gradient;
        return dense.to(dense.dtype == ScalarType.Float64 ? ScalarType.Float64 : ScalarType.Float32).norm();
    }

    /// <summary>Numbers of one device, by one copy.</summary>
    private static double[] Read(IReadOnlyList<Tensor> numbers)
    {
        // Apple's graphics processors have no float64.
        var wide = numbers.Any(number => number.dtype == ScalarType.Float64) ? ScalarType.Float64 : ScalarType.Float32;
        return stack(numbers.Select(number => number.to(wide))).cpu().to(ScalarType.Float64).data<double>().ToArray();
    }
}
