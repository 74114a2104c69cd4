using DeepLearningCourse.Data;
using DeepLearningCourse.Optimization;
using static TorchSharp.torch;

namespace DeepLearningCourse.Training.Callbacks;

/// <summary>Gives the network the average of its weights (<see cref="TrainerOptions.Average"/>) at the end of a run, with the statistics of BatchNorm measured for
/// it before each validation and at the end.</summary>
/// <remarks>
/// <para>Follows the end of PyTorch's <see href="https://docs.pytorch.org/docs/stable/optim.html#weight-averaging-swa-and-ema">recipe for averages</see>. The average of the
/// weights gives BatchNorm layers other inputs than the weights that were trained, so that a validation with their statistics would be too bad.</para>
/// <para>Where <see cref="EarlyStopping"/> has given the network the averages that were best, those stay. Checkpoints have the weights that are trained, with which a
/// resumed run goes on. After an exception the network keeps its own weights.</para>
/// </remarks>
/// <example>
/// <code>
/// using var average = WeightAverage.Swa(model);
/// var options = new TrainerOptions
/// {
///     Average = average,
///     AverageEvery = TrainingInterval.Epoch,
///     AverageFromEpoch = 10,
///     Callbacks = [new ModelAveraging(statistics: new DataLoader&lt;(Tensor features, Tensor target)&gt;(data, batchSize: 256))],
/// };
/// </code>
/// </example>
public sealed class ModelAveraging : ITrainingCallback
{
    private readonly IEnumerable<(Tensor features, Tensor target)>? statistics;

    /// <summary>Gives a network its average at the end.</summary>
    /// <param name="statistics">The training data for the statistics of BatchNorm, as a <see cref="DataLoader{TBatch}"/> of its own that does not shuffle: going through
    /// the one that trains would change the order of its next epochs. Null to leave the statistics as they are copied with each update.</param>
    public ModelAveraging(IEnumerable<(Tensor features, Tensor target)>? statistics = null) => this.statistics = statistics;

    /// <summary>Before others, which look at the network at the end; after <see cref="EarlyStopping"/>.</summary>
    public int Order => -90;

    /// <inheritdoc/>
    public void OnFitStarted(TrainingRun run)
    {
        ArgumentNullException.ThrowIfNull(run);

        if (run.Options.Average is null)
        {
            throw new ArgumentException("ModelAveraging gives the network the average of TrainerOptions.Average, which is not set. Set it, for instance to WeightAverage.Ema(model).");
        }

        if (statistics is not null && run.Model is not nn.Module<Tensor, Tensor>)
        {
            throw new ArgumentException($"ModelAveraging can measure the statistics of networks from one tensor to one, and {run.Model.GetType().Name} is none. Leave out statistics.");
        }
    }

    /// <inheritdoc/>
    public void OnValidationStarted(TrainingRun run)
    {
        ArgumentNullException.ThrowIfNull(run);

        if (run.Options.Average is { Updates: > 0 } average)
        {
            Refresh(run, average);
        }
    }

    /// <inheritdoc/>
    public void OnFitEnded(TrainingRun run, TrainingHistory history)
    {
        ArgumentNullException.ThrowIfNull(run);

        if (run.Options.Average is not { Updates: > 0 } average || run.Options.Callbacks.OfType<EarlyStopping>().Any(stopping => stopping.GaveBack))
        {
            return;
        }

        Refresh(run, average);
        KeptWeights averages = new();

        // The average may be of a part of the network only.
        using (average.Apply())
        {
            averages.Keep(run.Model.state_dict());
        }

        try
        {
            averages.GiveTo(run.Model);
        }
        finally
        {
            averages.Forget();
        }
    }

    private void Refresh(TrainingRun run, WeightAverage average)
    {
        if (statistics is null)
        {
            return;
        }

        // A validation that is given up is made again by a resumed run: it must not find other random numbers.
        using var generator = random.get_rng_state();

        try
        {
            using var applied = average.Apply();
            BatchNormStatistics.Refresh((nn.Module<Tensor, Tensor>)run.Model, statistics);
        }
        finally
        {
            random.set_rng_state(generator);
        }
    }
}
