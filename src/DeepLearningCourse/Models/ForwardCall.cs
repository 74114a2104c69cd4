using System.Runtime.InteropServices;
using static TorchSharp.torch;

namespace DeepLearningCourse.Models;

/// <summary>Calls a network so that a failure inside names the layer. Costs nothing while all goes well.</summary>
internal static class ForwardCall
{
    // A network inside a network leaves the explanation to the outermost one, which knows the whole path.
    [ThreadStatic]
    private static int depth;

    /// <summary>Calls a network of any class of TorchSharp's.</summary>
    public static Tensor Invoke(nn.Module<Tensor, Tensor> network, Tensor input) =>
        network is MyNeuralNetwork<Tensor, Tensor> own ? own.call(input) : Invoke(network, network.call, input);

    public static TResult Invoke<T, TResult>(nn.Module network, Func<T, TResult> call, T input)
    {
        var outermost = depth++ == 0;
        try
        {
            return call(input);
        }
        catch (Exception exception) when (outermost && IsFromLibtorch(exception))
        {
            throw ForwardDiagnosis.Explain(network, () => call(input), [input], exception);
        }
        finally
        {
            depth--;
        }
    }

    public static TResult Invoke<TResult>(nn.Module network, Func<TResult> call, object?[] inputs)
    {
        var outermost = depth++ == 0;
        try
        {
            return call();
        }
        catch (Exception exception) when (outermost && IsFromLibtorch(exception))
        {
            throw ForwardDiagnosis.Explain(network, () => call(), inputs, exception);
        }
        finally
        {
            depth--;
        }
    }

    // Some layers of TorchSharp look at shapes themselves, in other words than libtorch's.
    private static bool IsFromLibtorch(Exception exception) =>
        exception is ExternalException || exception.TargetSite?.DeclaringType?.Assembly == typeof(nn.Module).Assembly;
}
