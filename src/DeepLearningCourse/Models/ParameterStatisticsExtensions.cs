using TorchSharp.Modules;
using static TorchSharp.torch;

namespace DeepLearningCourse.Models;

/// <summary>A look at a network's weights and gradients.</summary>
public static class ParameterStatisticsExtensions
{
    /// <summary>How the values of each parameter and of its gradient are distributed: dead units, exploding gradients and weights that stand still show here.</summary>
    /// <param name="model">The network, of any type and on any device; it is left as it was. Computed in float64.</param>
    /// <returns>The statistics, with a table.</returns>
    /// <example>
    /// <code>
    /// criterion.call(model.call(X), y).backward();
    /// var report = model.ParameterStatistics();          // in a notebook a table: report.ToHtml()
    /// var moves = report["w1.weight"].GradientToWeightRatio;
    /// </code>
    /// </example>
    public static ParameterReport ParameterStatistics(this nn.Module model) =>
        new([.. NetworkParameters.Once(NetworkParameters.AllNames(model)).Select(entry => Of(entry.Name, entry.Value))]);

    private static ParameterStatistics Of(string name, Parameter parameter)
    {
        using var noGradients = no_grad();
        using var scope = NewDisposeScope();
        var values = Measure(parameter);
        var gradient = parameter.grad is { } grad ? Measure(grad) : null;
        return new()
        {
            Name = name,
            Shape = parameter.shape,
            Dtype = parameter.dtype,
            Trainable = parameter.requires_grad,
            Mean = values.Mean,
            StandardDeviation = values.Deviation,
            Min = values.Min,
            Max = values.Max,
            Norm = values.Norm,
            ZeroShare = values.ZeroShare,
            NaNCount = values.NaNs,
            InfinityCount = values.Infinities,
            GradientNorm = gradient?.Norm,
            GradientMeanAbsolute = gradient?.MeanAbsolute,
            GradientZeroShare = gradient?.ZeroShare,
            GradientToWeightRatio = gradient is not null && values.Norm > 0 ? gradient.Norm / values.Norm : null,
        };
    }

    private static Measures Measure(Tensor tensor)
    {
        var plain = tensor.detach();
        var dense = plain.is_sparse ? plain.to_dense() : plain;
        var real = dense.is_complex() ? dense.abs() : dense;

        // Apple's graphics processors have no float64.
        var near = real.device_type == TorchSharp.DeviceType.MPS ? real.cpu() : real;
        var x = near.to(ScalarType.Float64).flatten();

        if (x.numel() == 0)
        {
            return new Measures(null, null, null, null, 0, 0, 0, 0, 0);
        }

        // One tensor of all results: a single wait for the device.
        using var results = stack(
        [
            x.mean(), x.std(unbiased: false), x.min(), x.max(), x.square().sum().sqrt(), x.abs().mean(),
            x.eq(0).to(ScalarType.Float64).mean(), x.isnan().sum().to(ScalarType.Float64), x.isinf().sum().to(ScalarType.Float64),
        ]).cpu();
        var r = results.data<double>().ToArray();
        return new Measures(r[0], r[1], r[2], r[3], r[4], r[5], r[6], (long)r[7], (long)r[8]);
    }

    private sealed record Measures(
        double? Mean, double? Deviation, double? Min, double? Max, double Norm, double MeanAbsolute, double ZeroShare, long NaNs, long Infinities);
}
