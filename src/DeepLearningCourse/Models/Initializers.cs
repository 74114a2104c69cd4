using static TorchSharp.torch.nn.init;

namespace DeepLearningCourse.Models;

/// <summary>The usual ways to draw the first values of weights, with PyTorch's formulas and defaults (<c>torch.nn.init</c>).</summary>
/// <remarks>
/// <para>Of a weight <c>[out, in, kernel...]</c>, fan-in is <c>in * kernel</c>, the inputs that each output adds up, and fan-out
/// <c>out * kernel</c>. The same <c>torch.manual_seed</c> gives the same values, and on the processor those of PyTorch.</para>
/// <para><see href="https://pytorch.org/docs/stable/nn.init.html"/></para>
/// </remarks>
/// <example>
/// <code>
/// torch.manual_seed(1);
/// model.Initialize(Initializers.XavierUniform(), "w*.weight");
/// model.Initialize&lt;Linear&gt;(weight: Initializers.KaimingNormal(nonlinearity: nn.init.NonlinearityType.ReLU), bias: Initializers.Zeros());
/// </code>
/// </example>
public static class Initializers
{
    /// <summary>Uniform in ±gain·√(6 / (fan-in + fan-out)): the signal keeps its variance forwards and backwards through tanh-like layers.</summary>
    /// <param name="gain">A factor; <c>nn.init.calculate_gain</c> gives that of an activation.</param>
    /// <returns>The initializer, for two or more dimensions.</returns>
    /// <exception cref="ArgumentOutOfRangeException">The gain is no finite number.</exception>
    /// <remarks>Glorot and Bengio, Understanding the difficulty of training deep feedforward neural networks, 2010
    /// (<see href="https://proceedings.mlr.press/v9/glorot10a.html"/>).</remarks>
    public static Initializer XavierUniform(double gain = 1) =>
        InitializerFormulas.UniformOfDeviation(nameof(XavierUniform), XavierDeviation(Finite(gain, nameof(gain))));

    /// <summary>Normal with mean 0 and standard deviation gain·√(2 / (fan-in + fan-out)).</summary>
    /// <param name="gain">A factor; <c>nn.init.calculate_gain</c> gives that of an activation.</param>
    /// <returns>The initializer, for two or more dimensions.</returns>
    /// <exception cref="ArgumentOutOfRangeException">The gain is no finite number.</exception>
    /// <remarks>Glorot and Bengio, Understanding the difficulty of training deep feedforward neural networks, 2010
    /// (<see href="https://proceedings.mlr.press/v9/glorot10a.html"/>).</remarks>
    public static Initializer XavierNormal(double gain = 1) =>
        InitializerFormulas.NormalOfDeviation(nameof(XavierNormal), XavierDeviation(Finite(gain, nameof(gain))));

    /// <summary>Uniform in ±gain·√(3 / fan), for layers before ReLU and its kin.</summary>
    /// <param name="a">The slope of the leaky ReLU on its negative side; other activations do not use it.</param>
    /// <param name="mode">Which fan: fan-in keeps the variance of the signal, fan-out that of the gradient.</param>
    /// <param name="nonlinearity">The activation that follows, which gives the gain.</param>
    /// <returns>The initializer, for two or more dimensions.</returns>
    /// <exception cref="ArgumentOutOfRangeException">The slope is no finite number, or the mode or activation is not one of those listed.</exception>
    /// <remarks>He et al., Delving deep into rectifiers, 2015 (<see href="https://arxiv.org/abs/1502.01852"/>).</remarks>
    public static Initializer KaimingUniform(
        double a = 0, FanInOut mode = FanInOut.FanIn, NonlinearityType nonlinearity = NonlinearityType.LeakyReLU) =>
        InitializerFormulas.UniformOfDeviation(nameof(KaimingUniform), KaimingDeviation(a, mode, nonlinearity));

    /// <summary>Normal with mean 0 and standard deviation gain / √fan, for layers before ReLU and its kin.</summary>
    /// <param name="a">The slope of the leaky ReLU on its negative side; other activations do not use it.</param>
    /// <param name="mode">Which fan: fan-in keeps the variance of the signal, fan-out that of the gradient.</param>
    /// <param name="nonlinearity">The activation that follows, which gives the gain.</param>
    /// <returns>The initializer, for two or more dimensions.</returns>
    /// <exception cref="ArgumentOutOfRangeException">The slope is no finite number, or the mode or activation is not one of those listed.</exception>
    /// <remarks>He et al., Delving deep into rectifiers, 2015 (<see href="https://arxiv.org/abs/1502.01852"/>).</remarks>
    public static Initializer KaimingNormal(
        double a = 0, FanInOut mode = FanInOut.FanIn, NonlinearityType nonlinearity = NonlinearityType.LeakyReLU) =>
        InitializerFormulas.NormalOfDeviation(nameof(KaimingNormal), KaimingDeviation(a, mode, nonlinearity));

    /// <summary>Uniform between two numbers.</summary>
    /// <param name="low">The least value.</param>
    /// <param name="high">The greatest; it is not reached.</param>
    /// <returns>The initializer.</returns>
    /// <exception cref="ArgumentOutOfRangeException">A number is not finite, or low is above high.</exception>
    public static Initializer Uniform(double low = 0, double high = 1)
    {
        ArgumentOutOfRangeException.ThrowIfGreaterThan(Finite(low, nameof(low)), Finite(high, nameof(high)), nameof(low));
        return new(nameof(Uniform), tensor => tensor.uniform_(low, high));
    }

    /// <summary>Normal.</summary>
    /// <param name="mean">The mean.</param>
    /// <param name="std">The standard deviation.</param>
    /// <returns>The initializer.</returns>
    /// <exception cref="ArgumentOutOfRangeException">A number is not finite, or the standard deviation is negative.</exception>
    public static Initializer Normal(double mean = 0, double std = 1)
    {
        ArgumentOutOfRangeException.ThrowIfNegative(Finite(std, nameof(std)), nameof(std));
        Finite(mean, nameof(mean));
        return new(nameof(Normal), tensor => tensor.normal_(mean, std));
    }

    /// <summary>Normal, with what falls outside of two bounds drawn anew.</summary>
    /// <param name="mean">The mean before the tails are cut.</param>
    /// <param name="std">The standard deviation before the tails are cut.</param>
    /// <param name="low">The least value, in the units of the values themselves, not in standard deviations.</param>
    /// <param name="high">The greatest value.</param>
    /// <returns>The initializer.</returns>
    /// <exception cref="ArgumentOutOfRangeException">A number is not finite, the standard deviation is not positive, or low is not below high.</exception>
    /// <remarks>As in the transformers ViT and BERT, with <c>std: 0.02</c>. By the inverse of the distribution function, as
    /// <c>torch.nn.init.trunc_normal_</c>.</remarks>
    public static Initializer TruncatedNormal(double mean = 0, double std = 1, double low = -2, double high = 2)
    {
        ArgumentOutOfRangeException.ThrowIfNegativeOrZero(Finite(std, nameof(std)), nameof(std));
        ArgumentOutOfRangeException.ThrowIfGreaterThanOrEqual(Finite(low, nameof(low)), Finite(high, nameof(high)), nameof(low));
        Finite(mean, nameof(mean));
        return new(nameof(TruncatedNormal), tensor => InitializerFormulas.TruncatedNormal(tensor, mean, std, low, high));
    }

    /// <summary>A matrix of orthonormal rows or columns, whichever are fewer, times a gain; of more dimensions those after the first count as one.</summary>
    /// <param name="gain">A factor; <c>nn.init.calculate_gain</c> gives that of an activation.</param>
    /// <returns>The initializer, for two or more dimensions.</returns>
    /// <exception cref="ArgumentOutOfRangeException">The gain is no finite number.</exception>
    /// <remarks>Saxe et al., Exact solutions to the nonlinear dynamics of learning in deep linear neural networks, 2013
    /// (<see href="https://arxiv.org/abs/1312.6120"/>).</remarks>
    public static Initializer Orthogonal(double gain = 1)
    {
        Finite(gain, nameof(gain));
        return new(nameof(Orthogonal), tensor => InitializerFormulas.Orthogonal(tensor, gain), leastDimensions: 2);
    }

    /// <summary>One number everywhere.</summary>
    /// <param name="value">The number.</param>
    /// <returns>The initializer, for any shape and type.</returns>
    public static Initializer Constant(double value) => new(nameof(Constant), tensor => tensor.fill_(value), isRandom: false);

    /// <summary>Zeros, as for biases.</summary>
    /// <returns>The initializer, for any shape and type.</returns>
    public static Initializer Zeros() => new(nameof(Zeros), tensor => tensor.zero_(), isRandom: false);

    /// <summary>Ones, as for the weights of normalisations.</summary>
    /// <returns>The initializer, for any shape and type.</returns>
    public static Initializer Ones() => new(nameof(Ones), tensor => tensor.fill_(1), isRandom: false);

    /// <summary>Ones on the diagonal and zeros elsewhere: a linear layer hands on its inputs as they are, as far as there are outputs.</summary>
    /// <returns>The initializer, for two dimensions.</returns>
    public static Initializer Identity() => new(nameof(Identity), tensor => eye_(tensor), 2, 2, isRandom: false);

    private static Func<(double In, double Out), double> XavierDeviation(double gain) => fan => gain * Math.Sqrt(2 / (fan.In + fan.Out));

    private static Func<(double In, double Out), double> KaimingDeviation(double a, FanInOut mode, NonlinearityType nonlinearity)
    {
        var gain = InitializerFormulas.Gain(nonlinearity, Finite(a, nameof(a)));
        return Enum.IsDefined(mode)
            ? fan => gain / Math.Sqrt(mode == FanInOut.FanIn ? fan.In : fan.Out)
            : throw new ArgumentOutOfRangeException(nameof(mode), mode, "The mode is FanIn or FanOut.");
    }

    private static double Finite(double value, string name) =>
        double.IsFinite(value) ? value : throw new ArgumentOutOfRangeException(name, value, $"{name} must be a finite number.");
}
