using DeepLearningCourse.Data;
using static TorchSharp.torch;

namespace DeepLearningCourse.Training.Tuning;

/// <summary>Trains a network anew for each fold of the data, and says how well it does on data it has not seen, and how much that varies.</summary>
/// <remarks>
/// Each fold begins with a seed of its own, from which torch's generators go on: the same seed gives the same result, whatever ran before. What a fold makes is disposed
/// before the next one begins. Afterwards torch's generator goes on from where it was. Scalers and encoders belong inside the fold, fitted to its training rows.
/// <see href="https://scikit-learn.org/stable/modules/cross_validation.html"/>
/// </remarks>
/// <example>
/// <code>
/// var result = CrossValidation.Run(data, folds: 5, seed: 42, run: fold =>
/// {
///     var model = fold.Own(new BinaryClassifier());
///     var optimizer = fold.Own(Optimizers.Adam(model.parameters(), lr: 1e-3));
///     var trainer = new Trainer(model, criterion, optimizer, new TrainerOptions { Epochs = 20 });
///     return fold.Fit(
///         trainer,
///         new DataLoader&lt;(Tensor features, Tensor target)&gt;(fold.Train, batchSize: 32, shuffle: true, seed: fold.Seed),
///         new DataLoader&lt;(Tensor features, Tensor target)&gt;(fold.Validation, batchSize: 256));
/// });
/// var (mean, deviation) = result.Loss;
/// </code>
/// </example>
public static class CrossValidation
{
    /// <summary>Divides the data at random into folds, and trains and validates on each.</summary>
    /// <typeparam name="TSample">What one sample is.</typeparam>
    /// <param name="data">The samples.</param>
    /// <param name="folds">How many folds, at least 2.</param>
    /// <param name="run">Makes network, optimizer, trainer and loaders of a fold, and returns what <see cref="Fold{TSample}.Fit"/> gives.</param>
    /// <param name="stratifyBy">The class of each sample, <c>[samples]</c>, to have each class in all folds; null for any division.</param>
    /// <param name="seed">Decides the folds and their seeds.</param>
    /// <param name="progress">Is told of each fold when it is done.</param>
    /// <param name="cancellationToken">Ends the run at the next step.</param>
    /// <returns>The folds, and means and deviations over them.</returns>
    /// <exception cref="ArgumentOutOfRangeException">There are fewer than 2 folds, or more than samples (or samples of the smallest class).</exception>
    /// <exception cref="ArgumentException">stratifyBy does not have a class for each sample.</exception>
    /// <exception cref="InvalidOperationException">The function returned no result of its fold.</exception>
    /// <exception cref="OperationCanceledException">The token, or Ctrl-C in a fold, asked to stop.</exception>
    public static CrossValidationResult Run<TSample>(
        Dataset<TSample> data, int folds, Func<Fold<TSample>, FoldResult> run, Tensor? stratifyBy = null, long seed = 0, IProgress<FoldResult>? progress = null,
        CancellationToken cancellationToken = default)
    {
        ArgumentNullException.ThrowIfNull(data);

        if (stratifyBy is not null && stratifyBy.dim() == 1 && stratifyBy.shape[0] != data.Count)
        {
            throw new ArgumentException(
                $"stratifyBy is {Shapes.Text(stratifyBy)} and the dataset has {data.Count} samples: give the class of each sample.", nameof(stratifyBy));
        }

        return Run(data, stratifyBy is null ? Splits.KFold(data.Count, folds, seed) : Splits.StratifiedKFold(stratifyBy, folds, seed), run, seed, progress, cancellationToken);
    }

    /// <summary>Trains and validates on folds that were made before: in the order of time, for instance, or with all samples of a person on one side.</summary>
    /// <typeparam name="TSample">What one sample is.</typeparam>
    /// <param name="data">The samples.</param>
    /// <param name="folds">For each fold the row numbers to train with and those to validate with; at least 2 folds.</param>
    /// <param name="run">Makes network, optimizer, trainer and loaders of a fold, and returns what <see cref="Fold{TSample}.Fit"/> gives.</param>
    /// <param name="seed">Decides the seeds of the folds.</param>
    /// <param name="progress">Is told of each fold when it is done; null for nobody.</param>
    /// <param name="cancellationToken">Ends the run at the next step.</param>
    /// <returns>The folds, and means and deviations over them.</returns>
    /// <exception cref="ArgumentOutOfRangeException">The dataset has no such row.</exception>
    /// <exception cref="ArgumentException">There are fewer than 2 folds.</exception>
    /// <exception cref="InvalidOperationException">The function returned no result of its fold.</exception>
    /// <exception cref="OperationCanceledException">The token, or Ctrl-C in a fold, asked to stop.</exception>
    public static CrossValidationResult Run<TSample>(
        Dataset<TSample> data, IReadOnlyList<(long[] Train, long[] Test)> folds, Func<Fold<TSample>, FoldResult> run, long seed, IProgress<FoldResult>? progress,
        CancellationToken cancellationToken)
    {
        ArgumentNullException.ThrowIfNull(data);
        ArgumentNullException.ThrowIfNull(folds);
        ArgumentNullException.ThrowIfNull(run);

        if (folds.Count < 2)
        {
            throw new ArgumentException($"There are {folds.Count} folds, and a mean over folds needs at least 2.", nameof(folds));
        }

        using var scope = NewDisposeScope();
        var generator = get_rng_state();

        try
        {
            List<FoldResult> results = [];

            foreach (var rows in folds)
            {
                cancellationToken.ThrowIfCancellationRequested();
                results.Add(RunFold(new Fold<TSample>(results.Count + 1, folds.Count, SeedOf(seed, results.Count), data, rows, cancellationToken), run));
                progress?.Report(results[^1]);
            }

            return new CrossValidationResult(results);
        }
        finally
        {
            set_rng_state(generator);
        }
    }

    private static FoldResult RunFold<TSample>(Fold<TSample> fold, Func<Fold<TSample>, FoldResult> run)
    {
        // For tensors that the function makes besides.
        using var scope = NewDisposeScope();

        try
        {
            _ = manual_seed(fold.Seed);
            var result = run(fold);
            return result is not null && result.Number == fold.Number ? result : throw new InvalidOperationException(
                $"The function gave no result of fold {fold.Number}. Return what fold.Fit(trainer, train, validation) gives.");
        }
        finally
        {
            fold.End();
        }
    }

    // Far apart, as neighbouring seeds of runs are usual.
    private static long SeedOf(long seed, int fold) => (long)(SplitMix64.Keyed(seed, fold).Next() >> 1);
}
