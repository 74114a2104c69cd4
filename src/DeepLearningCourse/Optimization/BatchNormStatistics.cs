using DeepLearningCourse.Data;
using DeepLearningCourse.Data.Loading;
using DeepLearningCourse.Models;
using DeepLearningCourse.Optimization.Averaging;
using static TorchSharp.torch;

namespace DeepLearningCourse.Optimization;

/// <summary>The running means and variances of BatchNorm layers, measured anew: averaged weights give their layers other inputs than the weights that were
/// trained.</summary>
#pragma warning disable RS0026 // The type of the batches tells the two methods apart, whatever is left out.
public static class BatchNormStatistics
{
    /// <summary>Sets the running statistics of all BatchNorm layers to their means over some batches, each counting alike.</summary>
    /// <param name="model">The network, usually with averages applied; the batches are moved to its device.</param>
    /// <param name="batches">Batches of features, <c>[batch, features]</c> or whatever the network takes, usually the training data once. They stay the caller's or
    /// their loader's.</param>
    /// <param name="cancellationToken">Stops between batches, and a loader in the midst of one.</param>
    /// <remarks>
    /// <para>Follows PyTorch's <see href="https://docs.pytorch.org/docs/stable/generated/torch.optim.swa_utils.update_bn.html">update_bn</see>: the statistics begin
    /// anew, <c>momentum</c> is null for the time of the passes, and the whole network is in training mode, so Dropout draws random numbers. Gradients are
    /// off. Modes and momenta are as before in the end. Layers with <c>track_running_stats: false</c> have no statistics and are left alone; without others
    /// the batches are not read.</para>
    /// <para>If a batch fails, or the passes are cancelled, the statistics are as before; PyTorch leaves those of the batches so far.</para>
    /// </remarks>
    /// <exception cref="ArgumentException">There are no batches.</exception>
    /// <exception cref="ForwardException">A batch does not fit a layer.</exception>
    /// <exception cref="InvalidOperationException">The statistics are not finite: a batch of one sample, or NaN in the data. Or another thread trains the network or
    /// evaluates it.</exception>
    /// <exception cref="OperationCanceledException">The token was cancelled.</exception>
    public static void Refresh(nn.Module<Tensor, Tensor> model, IEnumerable<Tensor> batches, CancellationToken cancellationToken = default) =>
        Run(model, batches, static batch => batch, cancellationToken);

    /// <summary>Sets the running statistics of all BatchNorm layers to their means over the features of some batches, as
    /// <see cref="Refresh(nn.Module{Tensor, Tensor}, IEnumerable{Tensor}, CancellationToken)"/> does; the targets are not looked at.</summary>
    /// <param name="model">The network.</param>
    /// <param name="batches">Batches of features and targets, for instance the training loader.</param>
    /// <param name="cancellationToken">Stops between batches, and a loader in the midst of one.</param>
    /// <exception cref="ArgumentException">There are no batches.</exception>
    /// <exception cref="ForwardException">A batch does not fit a layer.</exception>
    /// <exception cref="InvalidOperationException">The statistics are not finite: a batch of one sample, or NaN in the data. Or another thread trains the network or
    /// evaluates it.</exception>
    /// <exception cref="OperationCanceledException">The token was cancelled.</exception>
    public static void Refresh(
        nn.Module<Tensor, Tensor> model, IEnumerable<(Tensor features, Tensor target)> batches, CancellationToken cancellationToken = default) =>
        Run(model, batches, static batch => batch.features, cancellationToken);

    private static void Run<TBatch>(nn.Module<Tensor, Tensor> model, IEnumerable<TBatch> batches, Func<TBatch, Tensor> features, CancellationToken cancellationToken)
    {
        ArgumentNullException.ThrowIfNull(model);
        ArgumentNullException.ThrowIfNull(batches);
        using var withoutGradients = no_grad();
        using var claim = new TrainingClaim(model);
        using var statistics = new CumulativeStatistics(model);

        if (statistics.IsEmpty)
        {
            return;
        }

        using var modes = new KeptModes(model);
        model.train();
        var device = model.state_dict().First().Value.device;
        var read = 0;
        using IteratedBatches<TBatch> own = new(batches);

        foreach (var batch in batches is DataLoader<TBatch> loader ? loader.WithCancellation(cancellationToken) : own)
        {
            cancellationToken.ThrowIfCancellationRequested();
            using var scope = NewDisposeScope();
            ForwardCall.Invoke(model, features(batch).to(device));
            read++;
        }

        if (read == 0)
        {
            throw new ArgumentException("There was no batch to measure the statistics of. Is the data set empty, or is a sequence passed that can be read only once?", nameof(batches));
        }

        statistics.Accept();
    }
}
