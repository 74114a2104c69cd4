using static TorchSharp.torch;

namespace DeepLearningCourse.Data;

/// <summary>Datasets made of others: parts, sums, transformed ones. None copies a sample, and each reads from what it was made of.</summary>
public static class DatasetExtensions
{
    /// <summary>Makes a dataset of a list, without copying it.</summary>
    /// <typeparam name="TSample">What one sample is.</typeparam>
    /// <param name="samples">The samples.</param>
    /// <returns>A dataset with the list's elements as samples.</returns>
    public static Dataset<TSample> ToDataset<TSample>(this IReadOnlyList<TSample> samples)
    {
        ArgumentNullException.ThrowIfNull(samples);
        return new ListDataset<TSample>(samples);
    }

    /// <summary>Chooses samples.</summary>
    /// <typeparam name="TSample">What one sample is.</typeparam>
    /// <param name="dataset">The whole dataset.</param>
    /// <param name="indices">Which samples, in the order they will have.</param>
    /// <returns>The samples chosen.</returns>
    /// <exception cref="ArgumentOutOfRangeException">The dataset has no such sample.</exception>
    public static Subset<TSample> Subset<TSample>(this Dataset<TSample> dataset, IReadOnlyList<long> indices) => new(dataset, indices);

    /// <summary>Puts datasets end to end.</summary>
    /// <typeparam name="TSample">What one sample is.</typeparam>
    /// <param name="dataset">The first.</param>
    /// <param name="others">Those behind it.</param>
    /// <returns>A dataset with the samples of all.</returns>
    public static Dataset<TSample> Concat<TSample>(this Dataset<TSample> dataset, params IReadOnlyList<Dataset<TSample>> others)
    {
        ArgumentNullException.ThrowIfNull(dataset);
        ArgumentNullException.ThrowIfNull(others);
        return new ConcatDataset<TSample>([dataset, .. others]);
    }

    /// <summary>Transforms each sample when it is read, in the loader's workers if it has some.</summary>
    /// <typeparam name="TSource">What a sample of the dataset is.</typeparam>
    /// <typeparam name="TSample">What it becomes.</typeparam>
    /// <param name="dataset">The samples.</param>
    /// <param name="map">The transform. Called from several threads at once when there are several workers.</param>
    /// <returns>The transformed samples.</returns>
    public static Dataset<TSample> Map<TSource, TSample>(this Dataset<TSource> dataset, Func<TSource, TSample> map)
    {
        ArgumentNullException.ThrowIfNull(map);
        return dataset.Map((sample, _) => map(sample));
    }

    /// <summary>Transforms each sample when it is read, with random numbers of its own: an augmentation.</summary>
    /// <typeparam name="TSource">What a sample of the dataset is.</typeparam>
    /// <typeparam name="TSample">What it becomes.</typeparam>
    /// <param name="dataset">The samples.</param>
    /// <param name="map">The transform, given <see cref="SampleRandom.Current"/>: the same numbers for any number of workers, others in the next epoch.</param>
    /// <returns>The transformed samples.</returns>
    public static Dataset<TSample> Map<TSource, TSample>(this Dataset<TSource> dataset, Func<TSource, SampleRandom, TSample> map)
    {
        ArgumentNullException.ThrowIfNull(dataset);
        ArgumentNullException.ThrowIfNull(map);
        return new MappedDataset<TSource, TSample>(dataset, map);
    }

    /// <summary>Divides a dataset into parts at random; see <see cref="Splits.Parts"/>.</summary>
    /// <typeparam name="TSample">What one sample is.</typeparam>
    /// <param name="dataset">The whole dataset.</param>
    /// <param name="parts">Fractions that add up to 1, or numbers of samples that add up to all.</param>
    /// <param name="seed">Decides which samples go where.</param>
    /// <returns>The parts.</returns>
    /// <exception cref="ArgumentException">The parts do not add up.</exception>
    public static IReadOnlyList<Subset<TSample>> RandomSplit<TSample>(this Dataset<TSample> dataset, IReadOnlyList<double> parts, long seed)
    {
        ArgumentNullException.ThrowIfNull(dataset);
        return [.. Splits.Parts(dataset.Count, parts, seed).Select(rows => dataset.Subset(rows))];
    }

    /// <summary>Divides a dataset into a training and a test part with each class in both; see <see cref="Splits.Stratified"/>.</summary>
    /// <typeparam name="TSample">What one sample is.</typeparam>
    /// <param name="dataset">The whole dataset.</param>
    /// <param name="labels">The class of each sample, <c>[samples]</c>.</param>
    /// <param name="testFraction">Part of the samples to test with, between 0 and 1.</param>
    /// <param name="seed">Decides which samples go where.</param>
    /// <returns>The two parts.</returns>
    /// <exception cref="ArgumentException">labels does not have a class for each sample, or the parts cannot be made.</exception>
    public static (Subset<TSample> Train, Subset<TSample> Test) StratifiedSplit<TSample>(
        this Dataset<TSample> dataset, Tensor labels, double testFraction, long seed)
    {
        RequireLabels(dataset, labels);
        var (train, test) = Splits.Stratified(labels, testFraction, seed);
        return (dataset.Subset(train), dataset.Subset(test));
    }

    /// <summary>Divides a dataset into folds, each of which is the test part once; see <see cref="Splits.KFold"/>.</summary>
    /// <typeparam name="TSample">What one sample is.</typeparam>
    /// <param name="dataset">The whole dataset.</param>
    /// <param name="folds">How many folds, at least 2.</param>
    /// <param name="seed">Decides which samples go where; null for consecutive ones.</param>
    /// <returns>For each fold, what to train with and what to test with.</returns>
    /// <exception cref="ArgumentOutOfRangeException">folds is below 2 or above the number of samples.</exception>
    public static IReadOnlyList<(Subset<TSample> Train, Subset<TSample> Test)> KFold<TSample>(this Dataset<TSample> dataset, int folds, long? seed = null)
    {
        ArgumentNullException.ThrowIfNull(dataset);
        return [.. Splits.KFold(dataset.Count, folds, seed).Select(fold => (dataset.Subset(fold.Train), dataset.Subset(fold.Test)))];
    }

    /// <summary>Divides a dataset into folds with each class in all; see <see cref="Splits.StratifiedKFold"/>.</summary>
    /// <typeparam name="TSample">What one sample is.</typeparam>
    /// <param name="dataset">The whole dataset.</param>
    /// <param name="labels">The class of each sample, <c>[samples]</c>.</param>
    /// <param name="folds">How many folds, at least 2.</param>
    /// <param name="seed">Decides which samples go where; null for those of each class in their order.</param>
    /// <returns>For each fold, what to train with and what to test with.</returns>
    /// <exception cref="ArgumentException">labels does not have a class for each sample.</exception>
    /// <exception cref="ArgumentOutOfRangeException">folds is below 2 or above the number of samples of some class.</exception>
    public static IReadOnlyList<(Subset<TSample> Train, Subset<TSample> Test)> StratifiedKFold<TSample>(
        this Dataset<TSample> dataset, Tensor labels, int folds, long? seed = null)
    {
        RequireLabels(dataset, labels);
        return [.. Splits.StratifiedKFold(labels, folds, seed).Select(fold => (dataset.Subset(fold.Train), dataset.Subset(fold.Test)))];
    }

    private static void RequireLabels<TSample>(Dataset<TSample> dataset, Tensor labels)
    {
        ArgumentNullException.ThrowIfNull(dataset);
        ArgumentNullException.ThrowIfNull(labels);

        if (labels.dim() == 1 && labels.shape[0] != dataset.Count)
        {
            throw new ArgumentException($"labels is {Shapes.Text(labels)} and the dataset has {dataset.Count} samples: give the class of each sample.");
        }
    }
}
