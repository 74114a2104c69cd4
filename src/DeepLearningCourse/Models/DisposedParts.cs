using DeepLearningCourse.Models.Printing;
using TorchSharp.Modules;
using static TorchSharp.torch;

namespace DeepLearningCourse.Models;

/// <summary>Finds what had been disposed, or was never there, when a forward pass failed.</summary>
internal static class DisposedParts
{
    private const string Keep = "A tensor made inside a DisposeScope ends with it, and a batch ends when the loop moves on: keep it with MoveToOuterDisposeScope() or loader.Keep(batch).";

    /// <summary>The sentence if the network or its inputs were gone before the pass; else null.</summary>
    public static string? Before(nn.Module network, object?[] inputs, Exception cause)
    {
        var name = network.GetType().Name;

        if (IsGone(network))
        {
            return $"{name} was disposed, by Dispose or by a using that ended, and cannot be called any more. Dispose it after its last use, or make a new one.";
        }

        for (var i = 0; i < inputs.Length; i++)
        {
            // A null may be meant, as that of a mask, unless forward stumbled over one.
            if ((inputs[i] is null && cause is NullReferenceException or ArgumentNullException) || inputs[i] is Tensor { IsInvalid: true })
            {
                var what = inputs[i] is null ? "null in place of a tensor" : "a tensor that was disposed";
                var which = inputs.Length > 1 ? $" as input {i + 1}" : "";
                return $"{name} got {what}{which}. {(inputs[i] is null ? "Look at where the data comes from." : Keep)}";
            }
        }

        return null;
    }

    /// <summary>The sentence if a tensor or a layer was gone in the middle of the pass; else null.</summary>
    public static string? Inside(nn.Module network, LayerTrace trace, Exception cause) => (trace.Failed, IsEmptyHandle(cause)) switch
    {
        ({ Empty: not null } failed, _) when trace.GiverOfEmpty(failed) is { } giver =>
            $"Layer '{failed.Path}' ({LayerText.ClassName(failed.Layer)}) got an empty tensor. {Giver(giver)}",
        (null, true) when trace.GaveEmpty is { } giver => $"forward of {network.GetType().Name} used an empty tensor, or one that was disposed. {Giver(giver)}",
        ({ Empty: not null } failed, _) => $"Layer '{failed.Path}' ({LayerText.ClassName(failed.Layer)}) got a tensor that was disposed. {Keep}",
        ({ } failed, true) => $"Layer '{failed.Path}' ({LayerText.ClassName(failed.Layer)}) was disposed, or one of its parameters. "
            + "Dispose nothing but the whole network, after its last use.",
        (null, true) => $"forward of {network.GetType().Name} used a tensor that was disposed. {Keep}",
        _ => null,
    };

    private static string Giver(LayerStep giver) => $"Layer '{giver.Path}' ({LayerText.ClassName(giver.Layer)}) gave it in place of one that it did not compute"
        + (giver.Layer is MultiheadAttention ? ": call it with need_weights: true, or leave its weights aside." : ".");

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
