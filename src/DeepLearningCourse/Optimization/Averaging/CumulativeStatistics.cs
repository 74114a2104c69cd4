using TorchSharp.Modules;
using static TorchSharp.torch;

namespace DeepLearningCourse.Optimization.Averaging;

/// <summary>Lets the BatchNorm layers of a network measure their statistics anew, as plain means over batches, until it is disposed.</summary>
/// <remarks>Unless they are accepted, the statistics of before come back.</remarks>
internal sealed class CumulativeStatistics : IDisposable
{
    private readonly List<(string Name, BatchNorm Layer, double? Momentum, Tensor[] Before)> layers = [];
    private bool accepted;

    public CumulativeStatistics(nn.Module model)
    {
        try
        {
            foreach (var (name, module) in model.named_modules().Prepend(("", model)))
            {
                // Without statistics there is nothing to measure; a layer that stands under two names is one layer.
                if (module is BatchNorm { track_running_stats: true } layer && layers.TrueForAll(other => !ReferenceEquals(other.Layer, layer)))
                {
                    layers.Add((name, layer, layer.momentum, [.. Of(layer).Select(tensor => tensor.clone().DetachFromDisposeScope())]));
                }
            }
        }
        catch
        {
            DisposeCopies();
            throw;
        }

        foreach (var (_, layer, _, _) in layers)
        {
            // Without a momentum the layer takes 1 / number of batches.
            layer.momentum = null;
            layer.reset_running_stats();
        }
    }

    /// <summary>Whether the network has no such layer.</summary>
    public bool IsEmpty => layers.Count == 0;

    /// <summary>Keeps what was measured.</summary>
    /// <exception cref="InvalidOperationException">It is not finite.</exception>
    public void Accept()
    {
        using var scope = NewDisposeScope();

        foreach (var (name, layer, _, _) in layers)
        {
            if (!layer.running_mean!.isfinite().all().item<bool>() || !layer.running_var!.isfinite().all().item<bool>())
            {
                throw new InvalidOperationException(
                    $"The running statistics of '{name}' are not finite: a batch gave the layer a single value per channel, which has no variance, or the data holds NaN. "
                    + "Leave the last batch out if it is of one sample (dropLast: true). The statistics are as before.");
            }
        }

        accepted = true;
    }

    /// <inheritdoc/>
    public void Dispose()
    {
        foreach (var (_, layer, momentum, before) in layers)
        {
            layer.momentum = momentum;

            foreach (var (tensor, value) in accepted ? [] : Of(layer).Zip(before))
            {
                tensor.copy_(value);
            }
        }

        DisposeCopies();
    }

    private static IEnumerable<Tensor> Of(BatchNorm layer) => [layer.running_mean!, layer.running_var!, layer.num_batches_tracked!];

    private void DisposeCopies()
    {
        foreach (var copy in layers.SelectMany(layer => layer.Before))
        {
            copy.Dispose();
        }
    }
}
