using DeepLearningCourse.Data;
using DeepLearningCourse.Models;
using DeepLearningCourse.Training.Tuning;

namespace DeepLearningCourse.Training;

/// <content>What is tried before training, and leaves no trace.</content>
public partial class Trainer<TBatch>
{
    /// <summary>Looks for a good learning rate: trains some steps while the rate grows from very small to very large, and watches where the loss falls.</summary>
    /// <param name="train">The training data. Gone through as often as the steps need; a <see cref="DataLoader{TBatch}"/> is put back to where it was.</param>
    /// <param name="min">The first rate, above 0.</param>
    /// <param name="max">The last rate, above <paramref name="min"/>. Each rate is the one before times the same factor.</param>
    /// <param name="steps">How many rates, at least 10.</param>
    /// <param name="divergence">The test ends where the smoothed loss is above this many times its best, above 1; infinity for not at all.</param>
    /// <param name="smoothing">How much of the mean loss before stays in the smoothed loss at each step, from 0 to below 1.</param>
    /// <param name="cancellationToken">Ends the test at the next step; everything is put back then too.</param>
    /// <returns>The losses of each rate, and the rates that they suggest.</returns>
    /// <remarks>
    /// <para>The test of <see href="https://arxiv.org/abs/1506.01186">Smith (2015)</see> with the numbers of fastai's
    /// <see href="https://docs.fast.ai/callback.schedule.html#lrfinder">lr_find</see>. Groups with rates of their own keep their proportions: the largest one has the
    /// rate that is tried. Callbacks, schedule and average of the options take no part.</para>
    /// <para>It leaves no trace: weights, buffers such as those of BatchNorm, the optimizer with its options and rates, gradients, training mode, torch's generator,
    /// the loader's place and the number of threads are as before, bit for bit, also when it fails or is cancelled. Only the generator of a GPU goes
    /// on: it cannot be read.</para>
    /// </remarks>
    /// <exception cref="ArgumentOutOfRangeException">A number is outside of what is said above.</exception>
    /// <exception cref="NotSupportedException">The optimizer is TorchSharp's own, or there are several phases.</exception>
    /// <exception cref="TrainingException">The data, the network and the criterion do not fit together, the loss is no number at the first rate, or there is no data.</exception>
    /// <exception cref="ForwardException">A layer got a tensor that does not fit.</exception>
    /// <exception cref="OperationCanceledException">The token, <see cref="Stop"/> or Ctrl-C asked to stop.</exception>
    /// <exception cref="InvalidOperationException">This trainer is training, another thread trains the network or does not end an evaluation of it, or a lazy layer of
    /// the network has no size yet.</exception>
    /// <example>
    /// <code>
    /// LearningRateFinding found = trainer.FindLearningRate(trainLoader);
    /// var table = found.ToString();
    /// optimizer.Groups[0].LearningRate = found.Suggestion ?? 1e-3;
    /// </code>
    /// </example>
    public LearningRateFinding FindLearningRate(
        IEnumerable<TBatch> train, double min = 1e-7, double max = 10, int steps = 100, double divergence = 4, double smoothing = 0.98,
        CancellationToken cancellationToken = default)
    {
        ArgumentNullException.ThrowIfNull(train);
        var sweep = new RateSweep(min, max, steps, divergence, smoothing);
        RequireOnePhase();

        return Alone(stop =>
        {
            var trial = NewTrial(stop, cancellationToken);
            using TrainingClaim claim = new(model);
            using var before = new RestorePoint(model, Optimizers(), "to look for a learning rate");
            return new RateTest<TBatch>(sweep, trial).Run(train);
        }, cancellationToken);
    }

    /// <summary>Looks for the largest batch that the memory has room for, and measures how many samples a second each size trains.</summary>
    /// <param name="batches">Makes the batches of a size, for instance <c>size => new DataLoader&lt;…&gt;(data, batchSize: size)</c>. What it makes is disposed.</param>
    /// <param name="min">The first size, at least 1. It is doubled from trial to trial.</param>
    /// <param name="max">The largest size that is tried.</param>
    /// <param name="memoryLimit">How many bytes of main memory the process may come to use. Default: what it uses plus half of what the machine has left.</param>
    /// <param name="refine">Whether to look between the largest power that fits and the next one, halving until the largest size itself is found.</param>
    /// <param name="steps">How many steps of each size are timed, at least 1; one more goes before them.</param>
    /// <param name="cancellationToken">Ends the search at the next step; everything is put back then too.</param>
    /// <returns>Each size with what it needed, the largest and the fastest.</returns>
    /// <remarks>
    /// <para>On a GPU a size is too large when CUDA has no memory left. In main memory that would bring the machine down, so the growth from one size to the
    /// next is measured, and a size whose growth would go over the limit is not tried.</para>
    /// <para>Learning rates are 0 meanwhile, so that no loss diverges. LBFGS then makes fewer iterations in a step than it would.</para>
    /// <para>The search ends before <paramref name="max"/> where the data gives no whole batch of a size. It leaves no trace, as
    /// <see cref="FindLearningRate"/>.</para>
    /// </remarks>
    /// <exception cref="ArgumentOutOfRangeException">A number is outside of what is said above.</exception>
    /// <exception cref="NotSupportedException">An optimizer is TorchSharp's own.</exception>
    /// <exception cref="TrainingException">The data, the network and the criterion do not fit together, or there is no data.</exception>
    /// <exception cref="ForwardException">A layer got a tensor that does not fit.</exception>
    /// <exception cref="OperationCanceledException">The token, <see cref="Stop"/> or Ctrl-C asked to stop.</exception>
    /// <exception cref="InvalidOperationException">This trainer is training, another thread trains the network or does not end an evaluation of it, or a lazy layer of
    /// the network has no size yet.</exception>
    /// <example>
    /// <code>
    /// BatchSizeFinding found = trainer.FindBatchSize(size => new DataLoader&lt;(Tensor features, Tensor target)&gt;(data, batchSize: size));
    /// int size = found.Fastest ?? 32;
    /// </code>
    /// </example>
    public BatchSizeFinding FindBatchSize(
        Func<int, IEnumerable<TBatch>> batches, int min = 1, int max = 4096, long? memoryLimit = null, bool refine = false, int steps = 3,
        CancellationToken cancellationToken = default)
    {
        ArgumentNullException.ThrowIfNull(batches);
        var search = new BatchSizeSearch(min, max, memoryLimit, refine);
        ArgumentOutOfRangeException.ThrowIfLessThan(steps, 1);

        return Alone(stop =>
        {
            var trial = NewTrial(stop, cancellationToken);
            using TrainingClaim claim = new(model);
            using var before = new RestorePoint(model, Optimizers(), "to look for a batch size");
            return search.Run(new BatchSizeProbe<TBatch>(batches, trial, before, steps));
        }, cancellationToken);
    }

    /// <summary>What <see cref="Fold{TSample}.Fit{TBatch}"/> disposes when a fold is done.</summary>
    internal IEnumerable<IDisposable> Parts => [.. Optimizers(), model];

    /// <summary>Evaluates what was trained: the average of the weights, if there is one, as validation does.</summary>
    internal Evaluation EvaluateTrained(IEnumerable<TBatch> data, CancellationToken cancellationToken)
    {
        using var applied = options.Average is { Updates: > 0 } average ? average.Apply() : null;
        return Evaluate(data, cancellationToken);
    }

    private IEnumerable<TorchSharp.torch.optim.Optimizer> Optimizers() => phases.Select(phase => phase.Optimizer);

    private Trial<TBatch> NewTrial(StopRequest stop, CancellationToken cancellationToken)
    {
        var device = FindDevice();
        var copies = phases.Select((_, i) => new PrecisionPolicy(options.Precision, device).GoOnAs(precisions?[i])).ToList();
        return new Trial<TBatch>(model, [.. phases.Select(phase => (phase.Name, phase.Optimizer))], work(device), copies, options, stop, cancellationToken);
    }

    private void RequireOnePhase()
    {
        if (phases.Count > 1)
        {
            throw new NotSupportedException(
                $"The phases {string.Join(", ", phases.Select(phase => phase.Name))} work on each other's losses, so that no one rate can be read off a loss. "
                + "Look for the rate of one network with a trainer of one phase.");
        }
    }
}
