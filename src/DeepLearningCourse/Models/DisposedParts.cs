using DeepLearningCourse.Models.Printing;
using static TorchSharp.torch;

namespace DeepLearningCourse.Models;

/// <summary>Finds what had been disposed, or was never there, when a forward pass failed.</summary>
internal static class DisposedParts
{
    private const string Keep = "A tensor made inside a DisposeScope ends with it, and a batch ends when the loop moves on: keep it with MoveToOuterDisposeScope() or loader.Keep(batch).";

    /// <summary>The sentence if the network or its inputs were gone before the pass; else null.</summary>
    public static string? Before(nn.Module network, object?[] inputs)
    {
        var name = network.GetType().Name;

        if (IsGone(network))
        {
            return $"{name} was disposed, by Dispose or by a using that ended, and cannot be called any more. Dispose it after its last use, or make a new one.";
        }

        for (var i = 0; i < inputs.Length; i++)
        {
            if (inputs[i] is null or Tensor { IsInvalid: true })
            {
                var what = inputs[i] is null ? "null in place of a tensor" : "a tensor that was disposed";
                var which = inputs.Length > 1 ? $" as input {i + 1}" : "";
                return $"{name} got {what}{which}. {(inputs[i] is null ? "Look at where the data comes from." : Keep)}";
            }
        }

        return null;
    }

    /// <summary>The sentence if a tensor or a layer was gone in the middle of the pass; else null.</summary>
    public static string? Inside(nn.Module network, LayerStep? failed, Exception cause) => (failed, IsEmptyHandle(cause)) switch
    {
        ({ GotDisposed: true }, _) => $"Layer '{failed.Path}' ({LayerText.ClassName(failed.Layer)}) got a tensor that was disposed. {Keep}",
        (not null, true) => $"Layer '{failed.Path}' ({LayerText.ClassName(failed.Layer)}) was disposed, or one of its parameters. "
            + "Dispose nothing but the whole network, after its last use.",
        (null, true) => $"forward of {network.GetType().Name} used a tensor that was disposed. {Keep}",
        _ => null,
    };

    // TorchSharp does not say so, but fails to.
    private static bool IsGone(nn.Module network)
    {
        try
        {
            _ = network.training;
            return false;
        }
        catch (ObjectDisposedException)
        {
            return true;
        }
    }

    // What TorchSharp says of a tensor that is gone.
    private static bool IsEmptyHandle(Exception cause) => cause is InvalidOperationException && cause.Message.Contains("empty handle", StringComparison.Ordinal);
}
