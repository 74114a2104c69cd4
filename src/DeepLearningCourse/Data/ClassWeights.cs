using System.Globalization;
using static TorchSharp.torch;

namespace DeepLearningCourse.Data;

/// <summary>Weights for a criterion, by which rare classes count as much as frequent ones.</summary>
/// <remarks>Measure them on the training targets alone. The tensors are the caller's, float32 on the processor: move them to the network's device.</remarks>
/// <example>
/// <code>
/// var criterion = nn.CrossEntropyLoss(weight: ClassWeights.Balanced(trainTargets).to(device));
/// var binary = nn.BCEWithLogitsLoss(pos_weights: ClassWeights.PositiveWeight(trainTargets).to(device));
/// </code>
/// </example>
public static class ClassWeights
{
    /// <summary>Weights as scikit-learn's
    /// <see href="https://scikit-learn.org/stable/modules/generated/sklearn.utils.class_weight.compute_class_weight.html">compute_class_weight("balanced")</see>:
    /// samples / (classes · samples of the class).</summary>
    /// <param name="targets">Class numbers from 0, any shape, any real dtype.</param>
    /// <param name="classes">How many classes the network tells apart; null for one more than the largest number.</param>
    /// <param name="ignoreIndex">A target that is none, as the criterion's <c>ignore_index</c>.</param>
    /// <returns>A weight for each class, <c>[classes]</c>, for <c>CrossEntropyLoss</c> or <c>NLLLoss</c>.</returns>
    /// <exception cref="ArgumentException">A target is no class number, there is none, or a class has no sample.</exception>
    public static Tensor Balanced(Tensor targets, int? classes = null, long ignoreIndex = -100)
    {
        var counts = Counts(targets, classes, ignoreIndex);
        double samples = counts.Sum();
        return Weights(counts, count => samples / (counts.Length * (double)count));
    }

    /// <summary>Weights by the effective number of samples (<see href="https://arxiv.org/abs/1901.05555">Cui et al., 2019</see>): (1 - beta) / (1 - beta^samples of the
    /// class), scaled so that they add up to the number of classes. Less extreme than <see cref="Balanced"/>.</summary>
    /// <param name="targets">Class numbers from 0, any shape, any real dtype.</param>
    /// <param name="beta">From 0, for equal weights, to below 1, where weights go with 1 / samples of the class. Usual are 0.9 to 0.9999.</param>
    /// <param name="classes">How many classes the network tells apart; null for one more than the largest number.</param>
    /// <param name="ignoreIndex">A target that is none, as the criterion's <c>ignore_index</c>.</param>
    /// <returns>A weight for each class, <c>[classes]</c>.</returns>
    /// <exception cref="ArgumentOutOfRangeException">beta is not from 0 to below 1.</exception>
    /// <exception cref="ArgumentException">A target is no class number, there is none, or a class has no sample.</exception>
    public static Tensor EffectiveNumber(Tensor targets, double beta = 0.999, int? classes = null, long ignoreIndex = -100)
    {
        if (!(beta is >= 0 and < 1))
        {
            throw new ArgumentOutOfRangeException(
                nameof(beta), beta, string.Create(CultureInfo.InvariantCulture, $"beta is {beta}, and it is a number from 0 to below 1: 0.999 is usual."));
        }

        var counts = Counts(targets, classes, ignoreIndex);
        var sum = counts.Sum(Inverse);
        return Weights(counts, count => Inverse(count) / sum * counts.Length);

        double Inverse(long count) => (1 - beta) / (1 - Math.Pow(beta, count));
    }

    /// <summary>How many samples that are 0 come on one that is 1: PyTorch's <c>pos_weight</c> for
    /// <see href="https://pytorch.org/docs/stable/generated/torch.nn.BCEWithLogitsLoss.html">BCEWithLogitsLoss</see>.</summary>
    /// <param name="targets">Zeros and ones, <c>[samples]</c>, or <c>[samples, labels]</c> with several yes-or-no questions, any real dtype.</param>
    /// <returns>A weight for each label, <c>[labels]</c>; <c>[1]</c> for targets <c>[samples]</c>.</returns>
    /// <exception cref="ArgumentException">The targets have another shape, hold something else, or some label is nowhere 1.</exception>
    public static Tensor PositiveWeight(Tensor targets)
    {
        ArgumentNullException.ThrowIfNull(targets);

        if (targets.dim() is not (1 or 2) || targets.numel() == 0)
        {
            throw new ArgumentException($"The targets are {Shapes.Text(targets)}, and they are to be [samples] or [samples, labels], with at least one sample.", nameof(targets));
        }

        var values = Numbers(targets);
        var labels = targets.dim() == 1 ? 1 : (int)targets.shape[1];
        var positives = new long[labels];

        for (var i = 0; i < values.Length; i++)
        {
            positives[i % labels] += values[i] is 0 or 1 ? (long)values[i] : throw new ArgumentException(string.Create(
                CultureInfo.InvariantCulture, $"Sample {i / labels} has the target {values[i]}: BCEWithLogitsLoss's weight is for targets that are 0 or 1. For class numbers there is Balanced."),
                nameof(targets));
        }

        if (Array.IndexOf(positives, 0) is var none and >= 0)
        {
            throw new ArgumentException($"{(labels == 1 ? "No target" : $"No target of label {none}")} is 1, so that no weight would help. Leave it out, or get samples of it.", nameof(targets));
        }

        var samples = values.Length / labels;
        return Weights(positives, count => (samples - count) / (double)count);
    }

    private static Tensor Weights(long[] counts, Func<long, double> weight) => tensor(Array.ConvertAll(counts, count => (float)weight(count)));

    private static long[] Counts(Tensor targets, int? classes, long ignoreIndex)
    {
        ArgumentNullException.ThrowIfNull(targets);
        ArgumentOutOfRangeException.ThrowIfLessThan(classes ?? 1, 1, nameof(classes));
        List<long> counts = [.. new long[classes ?? 0]];
        var values = Numbers(targets);

        for (var i = 0; i < values.Length; i++)
        {
            if (values[i] == ignoreIndex)
            {
                continue;
            }

            RequireClass(i, values[i], classes, nameof(targets));

            while (counts.Count <= values[i])
            {
                counts.Add(0);
            }

            counts[(int)values[i]]++;
        }

        return counts.Count == 0 ? throw new ArgumentException("There are no targets to count.", nameof(targets))
            : counts.IndexOf(0) is var empty and >= 0 ? throw new ArgumentException(
                $"Class {empty} of {counts.Count} has no sample, and its weight would be infinite. Number the classes from 0 without gaps, or get samples of it.", nameof(targets))
            : [.. counts];
    }

    private static void RequireClass(int place, double value, int? classes, string name)
    {
        if (!(value >= 0 && value < (classes ?? int.MaxValue) && value == Math.Floor(value)))
        {
            throw new ArgumentException(string.Create(
                CultureInfo.InvariantCulture,
                $"Target {place} is {value}, and {(classes is null ? "classes are whole numbers from 0 on" : $"with {classes} classes they are 0 to {classes - 1}")}."), name);
        }
    }

    private static double[] Numbers(Tensor targets)
    {
        using var scope = NewDisposeScope();
        return targets.detach().to(float64, CPU).contiguous().data<double>().ToArray();
    }
}
