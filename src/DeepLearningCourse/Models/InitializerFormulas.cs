using static TorchSharp.torch;
using static TorchSharp.torch.nn.init;

namespace DeepLearningCourse.Models;

/// <summary>The formulas behind <see cref="Initializers"/>, in PyTorch's order of operations, so that a seed gives PyTorch's values.</summary>
internal static class InitializerFormulas
{
    /// <summary>A uniform initializer whose bound is √3 standard deviations.</summary>
    public static Initializer UniformOfDeviation(string name, Func<(double In, double Out), double> deviation) => new(
        name,
        tensor =>
        {
            var bound = Math.Sqrt(3) * Math.Abs(deviation(Fans(tensor)));

            if (tensor.numel() > 0)
            {
                tensor.uniform_(-bound, bound);
            }
        },
        leastDimensions: 2);

    /// <summary>A normal initializer of mean 0.</summary>
    public static Initializer NormalOfDeviation(string name, Func<(double In, double Out), double> deviation) => new(
        name,
        tensor =>
        {
            if (tensor.numel() > 0)
            {
                tensor.normal_(0, Math.Abs(deviation(Fans(tensor))));
            }
        },
        leastDimensions: 2);

    /// <summary>How much an activation shrinks a signal's standard deviation: PyTorch's <c>calculate_gain</c>.</summary>
    public static double Gain(NonlinearityType nonlinearity, double slope) => nonlinearity switch
    {
        NonlinearityType.Tanh => 5.0 / 3,
        NonlinearityType.ReLU => Math.Sqrt(2),
        NonlinearityType.LeakyReLU => Math.Sqrt(2 / (1 + (slope * slope))),
        _ when Enum.IsDefined(nonlinearity) => 1,
        _ => throw new ArgumentOutOfRangeException(nameof(nonlinearity), nonlinearity, "The activation is not one of those listed."),
    };

    /// <summary>Through the inverse of the distribution function.</summary>
    public static void TruncatedNormal(Tensor tensor, double mean, double std, double low, double high)
    {
        var (from, to) = (Cumulative((low - mean) / std), Cumulative((high - mean) / std));
        var values = tensor.dtype is ScalarType.Float32 or ScalarType.Float64 ? tensor : tensor.to(ScalarType.Float32);
        values.uniform_((2 * from) - 1, (2 * to) - 1);
        values.erfinv_().mul_(std * Math.Sqrt(2)).add_(mean).clamp_(low, high);
        CopyBack(values, tensor);
    }

    /// <summary>The Q of a random matrix's QR decomposition, with signs that make it uniformly distributed.</summary>
    public static void Orthogonal(Tensor tensor, double gain)
    {
        if (tensor.numel() == 0)
        {
            return;
        }

        var rows = tensor.shape[0];
        var type = tensor.dtype == ScalarType.Float64 ? ScalarType.Float64 : ScalarType.Float32;
        var random = empty([rows, tensor.numel() / rows], type, tensor.device).normal_();
        var isWide = random.shape[0] < random.shape[1];
        var (q, r) = linalg.qr(isWide ? random.t() : random);
        q.mul_(r.diagonal().sign());
        CopyBack((isWide ? q.t() : q).reshape(tensor.shape).mul(gain), tensor);
    }

    /// <summary>How many inputs each output adds up, and how many outputs each input reaches.</summary>
    private static (double In, double Out) Fans(Tensor tensor)
    {
        var field = tensor.shape.Skip(2).Aggregate(1.0, (product, extent) => product * extent);
        return (tensor.shape[1] * field, tensor.shape[0] * field);
    }

    /// <summary>The normal distribution function, by the library's own erf: .NET has none.</summary>
    private static double Cumulative(double x)
    {
        using var argument = tensor(x / Math.Sqrt(2), ScalarType.Float64);
        using var value = argument.erf();
        return (1 + value.item<double>()) / 2;
    }

    private static void CopyBack(Tensor values, Tensor tensor)
    {
        if (!ReferenceEquals(values, tensor))
        {
            tensor.copy_(values);
        }
    }
}
