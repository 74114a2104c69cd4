using System.Globalization;
using DeepLearningCourse.Runtime;
using TorchSharp;
using TorchSharp.Modules;
using static TorchSharp.torch;
using TensorPrimitives = System.Numerics.Tensors.TensorPrimitives;

namespace DeepLearningCourse.Optimization;

/// <summary>The gradients of many parameters as one: their norm, clipping, scaling.</summary>
/// <remarks>On the processor they are read where they lie, without an operation of libtorch's for each. Parameters without a gradient are passed over.</remarks>
public static unsafe class Gradients
{
    // As PyTorch, so that a norm of 0 does not divide.
    private const double Tiny = 1e-6;

    // Sums of squares are taken in float over so many numbers and added up in double.
    private const int Part = 4096;

    /// <summary>The norm of all gradients as one vector: the root of the sum of their squares. NaN or infinity if one of them is.</summary>
    /// <param name="parameters">The parameters, after <c>backward()</c>.</param>
    /// <exception cref="NotSupportedException">A gradient is sparse.</exception>
    public static double Norm(IReadOnlyList<Parameter> parameters)
    {
        ArgumentNullException.ThrowIfNull(parameters);
        var squares = 0.0;

        for (var i = 0; i < parameters.Count; i++)
        {
            var gradient = Take(parameters, i);

            if (gradient == 0)
            {
                continue;
            }

            try
            {
                squares += Squares(gradient);
            }
            finally
            {
                TensorCalls.Dispose(gradient);
            }
        }

        return Math.Sqrt(squares);
    }

    /// <summary>Scales all gradients by one factor, if need be, so that their norm is at most a value.</summary>
    /// <param name="parameters">The parameters, after <c>backward()</c>.</param>
    /// <param name="maxNorm">The largest norm, greater than 0.</param>
    /// <returns>The norm before. If it is not finite, the gradients are left as they are.</returns>
    /// <exception cref="ArgumentOutOfRangeException"><paramref name="maxNorm"/> is not greater than 0.</exception>
    /// <exception cref="NotSupportedException">A gradient is sparse.</exception>
    /// <remarks><see href="https://pytorch.org/docs/stable/generated/torch.nn.utils.clip_grad_norm_.html"/></remarks>
    public static double ClipNorm(IReadOnlyList<Parameter> parameters, double maxNorm)
    {
        RequirePositive(maxNorm, nameof(maxNorm));
        var norm = Norm(parameters);

        if (double.IsFinite(norm) && maxNorm / (norm + Tiny) < 1)
        {
            Scale(parameters, maxNorm / (norm + Tiny));
        }

        return norm;
    }

    /// <summary>Cuts each number of each gradient to lie between a value and its negative.</summary>
    /// <param name="parameters">The parameters, after <c>backward()</c>.</param>
    /// <param name="maxValue">The value, greater than 0.</param>
    /// <exception cref="ArgumentOutOfRangeException"><paramref name="maxValue"/> is not greater than 0.</exception>
    /// <remarks><see href="https://pytorch.org/docs/stable/generated/torch.nn.utils.clip_grad_value_.html"/></remarks>
    public static void ClipValue(IReadOnlyList<Parameter> parameters, double maxValue)
    {
        ArgumentNullException.ThrowIfNull(parameters);
        RequirePositive(maxValue, nameof(maxValue));
        using var withoutGradients = no_grad();

        for (var i = 0; i < parameters.Count; i++)
        {
            using var gradient = parameters[i].grad;
            _ = gradient?.clamp_(-maxValue, maxValue);
        }
    }

    /// <summary>Multiplies all gradients by one factor.</summary>
    internal static void Scale(IReadOnlyList<Parameter> parameters, double factor)
    {
        for (var i = 0; i < parameters.Count; i++)
        {
            var gradient = Take(parameters, i);

            if (gradient == 0)
            {
                continue;
            }

            if (IsPlain<float>(gradient, ScalarType.Float32, out var floats))
            {
                TensorPrimitives.Multiply(floats, (float)factor, floats);
            }
            else if (IsPlain<double>(gradient, ScalarType.Float64, out var doubles))
            {
                TensorPrimitives.Multiply(doubles, factor, doubles);
            }
            else
            {
                using var withoutGradients = no_grad();
                using var own = parameters[i].grad;
                own!.mul_(factor);
            }

            TensorCalls.Dispose(gradient);
        }
    }

    private static double Squares(nint gradient)
    {
        if (IsPlain<double>(gradient, ScalarType.Float64, out var doubles))
        {
            return TensorPrimitives.SumOfSquares<double>(doubles);
        }

        if (!IsPlain<float>(gradient, ScalarType.Float32, out var floats))
        {
            using var scope = NewDisposeScope();
            nint handle;
            _ = DispatcherExports.NewTensorHandle(gradient, &handle);
            var wide = TensorCalls.Type(gradient) == ScalarType.Float64 ? ScalarType.Float64 : ScalarType.Float32;
            return Math.Pow(Tensor.UnsafeCreateTensor(handle).detach().to(wide).norm().ToDouble(), 2);
        }

        var sum = 0.0;

        for (; floats.Length > 0; floats = floats[Math.Min(Part, floats.Length)..])
        {
            sum += TensorPrimitives.SumOfSquares<float>(floats[..Math.Min(Part, floats.Length)]);
        }

        return sum;
    }

    /// <summary>A gradient's numbers, if they lie in this process's memory in one piece.</summary>
    private static bool IsPlain<T>(nint gradient, ScalarType dtype, out Span<T> numbers)
        where T : unmanaged
    {
        var plain = TensorCalls.Type(gradient) == dtype && TensorCalls.DeviceType(gradient) == DeviceType.CPU && TensorCalls.IsContiguous(gradient)
            && TensorCalls.Count(gradient) <= int.MaxValue;
        numbers = plain ? new Span<T>(TensorCalls.Data(gradient), (int)TensorCalls.Count(gradient)) : default;
        return plain;
    }

    private static nint Take(IReadOnlyList<Parameter> parameters, int i)
    {
        var gradient = TensorCalls.Grad(parameters[i].Handle);

        if (gradient != 0 && TensorCalls.IsSparse(gradient))
        {
            TensorCalls.Dispose(gradient);
            throw new NotSupportedException($"The gradient of parameter {i} is sparse and cannot be measured or scaled here. Make its embedding with sparse: false.");
        }

        return gradient;
    }

    private static void RequirePositive(double value, string name)
    {
        if (!(value > 0))
        {
            throw new ArgumentOutOfRangeException(name, value, string.Create(CultureInfo.InvariantCulture, $"{name} is greater than 0, and it is {value}."));
        }
    }
}
