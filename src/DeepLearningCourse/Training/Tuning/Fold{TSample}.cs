using DeepLearningCourse.Data;

namespace DeepLearningCourse.Training.Tuning;

/// <summary>A fold of a cross-validation while it runs: what to train with, what to validate with, and its seed.</summary>
/// <typeparam name="TSample">What one sample is.</typeparam>
public sealed class Fold<TSample>
{
    private readonly List<IDisposable> owned = [];
    private readonly CancellationToken cancellationToken;

    internal Fold(int number, int count, long seed, Dataset<TSample> data, (long[] Train, long[] Test) rows, CancellationToken cancellationToken)
    {
        (Number, Count, Seed, TrainRows, ValidationRows) = (number, count, seed, rows.Train, rows.Test);
        (Train, Validation) = (data.Subset(rows.Train), data.Subset(rows.Test));
        this.cancellationToken = cancellationToken;
    }

    /// <summary>The fold, from 1.</summary>
    public int Number { get; }

    /// <summary>How many folds there are.</summary>
    public int Count { get; }

    /// <summary>The fold's own seed, for loaders. Torch's generators begin with it.</summary>
    public long Seed { get; }

    /// <summary>The samples to train with.</summary>
    public Subset<TSample> Train { get; }

    /// <summary>The samples to validate with, which no other fold has.</summary>
    public Subset<TSample> Validation { get; }

    /// <summary>The row numbers of <see cref="Train"/> in the whole, for instance to fit a scaler to.</summary>
    public IReadOnlyList<long> TrainRows { get; }

    /// <summary>The row numbers of <see cref="Validation"/> in the whole.</summary>
    public IReadOnlyList<long> ValidationRows { get; }

    /// <summary>Lets the fold dispose something when it ends, whatever ends it.</summary>
    /// <typeparam name="T">What it is.</typeparam>
    /// <param name="value">For instance a network, at once after it was made.</param>
    /// <returns>The same.</returns>
    public T Own<T>(T value)
        where T : IDisposable
    {
        ArgumentNullException.ThrowIfNull(value);
        owned.Add(value);
        return value;
    }

    /// <summary>Trains, and evaluates the trained network on the validation data. What the trainer trains, its optimizers and the loaders are disposed when the fold
    /// ends.</summary>
    /// <typeparam name="TBatch">A batch.</typeparam>
    /// <param name="trainer">A trainer with a network and an optimizer of this fold's own.</param>
    /// <param name="train">Batches of <see cref="Train"/>.</param>
    /// <param name="validation">Batches of <see cref="Validation"/>. Given to <see cref="Trainer{TBatch}.Fit"/> as well.</param>
    /// <returns>What the function of <see cref="CrossValidation"/> returns. It is evaluated as it is at the end, or the average of its weights if
    /// <see cref="TrainerOptions.Average"/> has one.</returns>
    /// <exception cref="OperationCanceledException">The token, or Ctrl-C, asked to stop.</exception>
    /// <exception cref="TrainingException">The data, the network and the criterion do not fit together, or the loss is no number.</exception>
    public FoldResult Fit<TBatch>(Trainer<TBatch> trainer, IEnumerable<TBatch> train, IEnumerable<TBatch> validation)
    {
        ArgumentNullException.ThrowIfNull(trainer);
        ArgumentNullException.ThrowIfNull(train);
        ArgumentNullException.ThrowIfNull(validation);
        owned.AddRange(trainer.Parts);
        owned.AddRange(new object[] { train, validation }.OfType<IDisposable>());
        var history = trainer.Fit(train, validation, cancellationToken: cancellationToken);
        cancellationToken.ThrowIfCancellationRequested();

        // Half a fold would count in the mean as a whole one.
        return history.StopReason == StopReason.Interrupted
            ? throw new OperationCanceledException($"Fold {Number} of {Count} was interrupted before it was trained.")
            : new FoldResult(Number, history, trainer.EvaluateTrained(validation, cancellationToken));
    }

    /// <summary>Disposes what belongs to the fold, the last first.</summary>
    internal void End()
    {
        foreach (var one in owned.AsEnumerable().Reverse().Distinct(ReferenceEqualityComparer.Instance).Cast<IDisposable>())
        {
            one.Dispose();
        }

        owned.Clear();
    }
}
