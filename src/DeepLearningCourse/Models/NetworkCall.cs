using System.Reflection;
using System.Runtime.ExceptionServices;
using DeepLearningCourse.Data;
using static TorchSharp.torch;

namespace DeepLearningCourse.Models;

/// <summary>Runs a network of any signature once to look at it, and leaves everything as it was.</summary>
internal static class NetworkCall
{
    /// <summary>Calls a network in evaluation mode, without gradients; the random numbers that it draws are given back.</summary>
    /// <exception cref="ArgumentException">It takes another number of inputs.</exception>
    /// <exception cref="InvalidOperationException">Another thread trains it.</exception>
    /// <returns>The shapes of the tensors that it gives.</returns>
    public static IReadOnlyList<long[]> Observe(nn.Module network, IReadOnlyList<Tensor> inputs)
    {
        using var scope = NewDisposeScope();
        using var noGradients = no_grad();
        using var look = new NetworkLook(network);
        var output = Invoke(network, inputs);
        return output is Tensor only ? [only.shape] : [.. LayerTrace.TensorsIn(output).Select(tensor => tensor.shape)];
    }

    /// <summary>Inputs of zeros, of the type and on the device of the network's weights.</summary>
    public static Tensor[] Zeros(nn.Module network, params long[][] shapes)
    {
        foreach (var shape in shapes)
        {
            if (shape.Length == 0 || shape.Any(extent => extent < 0))
            {
                throw new ArgumentException($"{Shapes.Text(shape)} is no shape of an input: give the batch and what comes after it, for instance [1, 10].", nameof(shapes));
            }
        }

        // A lazy layer refuses parameters() before its first call, which this may be.
        var weight = network.named_parameters().Select(entry => entry.parameter).FirstOrDefault(parameter => parameter.is_floating_point());
        return [.. shapes.Select(shape => zeros(shape, weight?.dtype ?? ScalarType.Float32, weight?.device))];
    }

    private static object? Invoke(nn.Module network, IReadOnlyList<Tensor> inputs)
    {
        var calls = network.GetType().GetMethods().Where(method => method.Name == "call").ToList();
        var call = calls.FirstOrDefault(method => Takes(method, inputs.Count));

        if (call is null)
        {
            var needed = calls.Count == 0 ? "cannot be called" : $"takes {string.Join(", ", calls[0].GetParameters().Select(p => $"{p.ParameterType.Name} {p.Name}"))}";
            throw new ArgumentException($"{network.GetType().Name} {needed}, and {inputs.Count} tensors were given. Give a shape or tensor for each input.", nameof(inputs));
        }

        try
        {
            var optional = call.GetParameters().Skip(inputs.Count).Select(parameter => parameter.HasDefaultValue ? parameter.DefaultValue : null);
            return call.Invoke(network, [.. inputs, .. optional]);
        }
        catch (TargetInvocationException exception)
        {
            ExceptionDispatchInfo.Throw(exception.InnerException!);
            throw;
        }
    }

    private static bool Takes(MethodInfo method, int count)
    {
        var parameters = method.GetParameters();

        return parameters.Length >= count
            && parameters.Take(count).All(parameter => parameter.ParameterType == typeof(Tensor))
            && parameters.Skip(count).All(parameter => parameter.HasDefaultValue || Nullable.GetUnderlyingType(parameter.ParameterType) is not null);
    }
}
