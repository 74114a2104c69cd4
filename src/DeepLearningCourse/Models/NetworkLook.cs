using DeepLearningCourse.Runtime;
using TorchSharp;
using static TorchSharp.torch;

namespace DeepLearningCourse.Models;

/// <summary>A pass that is made to look at a network: in evaluation mode, and buffers and torch's random numbers are afterwards what they were.</summary>
internal sealed class NetworkLook : IDisposable
{
    private readonly EvaluationMode mode;
    private readonly List<(Tensor Buffer, Tensor Copy)> buffers = [];
    private readonly GeneratorState? generators;

    /// <exception cref="InvalidOperationException">Another thread trains the network, or a layer of it.</exception>
    public NetworkLook(nn.Module network)
        : this(network, new EvaluationMode(network))
    {
    }

    private NetworkLook(nn.Module network, EvaluationMode mode)
    {
        this.mode = mode;

        try
        {
            generators = new GeneratorState();
            using var withoutGradients = no_grad();

            foreach (var buffer in AllTensors.Buffers(network).Where(buffer => !buffer.IsInvalid && buffer.device_type != DeviceType.META))
            {
                buffers.Add((buffer, buffer.clone().DetachFromDisposeScope()));
            }
        }
        catch
        {
            Dispose();
            throw;
        }
    }

    /// <summary>The same, or null where another thread trains the network.</summary>
    public static NetworkLook? TryBegin(nn.Module network) => EvaluationMode.TryBegin(network) is { } mode ? new NetworkLook(network, mode) : null;

    public void Dispose()
    {
        try
        {
            using var withoutGradients = no_grad();
            buffers.ForEach(entry => PutBack(entry.Buffer, entry.Copy));
        }
        finally
        {
            generators?.Dispose();
            mode.Dispose();
        }
    }

    // Only normalizations in forward's own words change one.
    private static void PutBack(Tensor buffer, Tensor copy)
    {
        if (!buffer.IsInvalid && buffer.shape.AsSpan().SequenceEqual(copy.shape))
        {
            AllTensors.PutBack(buffer, copy);
        }

        copy.Dispose();
    }
}
