using static TorchSharp.torch;

namespace DeepLearningCourse.Data;

/// <summary>Divides the rows of a dataset into a training part and a test part, the same way every time for the same seed.</summary>
/// <remarks>
/// The sizes are those of scikit-learn's
/// <see href="https://scikit-learn.org/stable/modules/generated/sklearn.model_selection.train_test_split.html">train_test_split</see>:
/// the test part has ⌈testFraction · rows⌉ rows. Which rows they are differs, as the random numbers do. The row numbers go to
/// <see cref="TensorRows.TakeRows"/> or to a <see cref="Subset{TSample}"/>.
/// </remarks>
public static class Splits
{
    // Epochs are numbered from 0, so a split never shares its random numbers with a loader's order.
    private const long Stream = -1;

    /// <summary>Divides rows at random.</summary>
    /// <param name="count">How many rows there are, at least 2.</param>
    /// <param name="testFraction">Part of the rows to test with, between 0 and 1.</param>
    /// <param name="seed">Decides which rows go where.</param>
    /// <returns>Row numbers from 0 to count - 1, each exactly once, in random order.</returns>
    /// <exception cref="ArgumentOutOfRangeException">testFraction is not between 0 and 1.</exception>
    /// <exception cref="ArgumentException">A part would be empty.</exception>
    public static (long[] Train, long[] Test) Random(long count, double testFraction, long seed)
    {
        var testCount = TestCount(count, testFraction, groups: 1);
        var rows = SplitMix64.Permutation(count, seed, Stream);
        return (rows[testCount..], rows[..testCount]);
    }

    /// <summary>Divides rows at random with each class in both parts, in the proportion it has overall.</summary>
    /// <param name="labels">The class of each row, <c>[rows]</c>, any real dtype.</param>
    /// <param name="testFraction">Part of the rows to test with, between 0 and 1.</param>
    /// <param name="seed">Decides which rows go where.</param>
    /// <returns>Row numbers from 0 to rows - 1, each exactly once, in random order.</returns>
    /// <remarks>Where proportions do not come out whole, the classes with the largest remainders get the rows left over.</remarks>
    /// <exception cref="ArgumentOutOfRangeException">testFraction is not between 0 and 1.</exception>
    /// <exception cref="ArgumentException">labels is not [rows], a class has fewer than 2 rows, or a part has fewer rows than there are classes.</exception>
    public static (long[] Train, long[] Test) Stratified(Tensor labels, double testFraction, long seed)
    {
        ArgumentNullException.ThrowIfNull(labels);

        if (labels.dim() != 1)
        {
            throw new ArgumentException(
                $"labels is {Shapes.Text(labels)} and must be [rows], one class number for each row. Use squeeze(1) on [rows, 1], or argmax(1) on one-hot labels.");
        }

        var classes = RowsByClass(labels);

        foreach (var (label, rows) in classes)
        {
            if (rows.Count < 2)
            {
                throw new ArgumentException(
                    FormattableString.Invariant($"Class {label} has 1 row (row {rows[0]}): each class needs at least 2, one to train with and one to test with. ") +
                    "Leave the class out, or use Splits.Random.");
            }
        }

        long[] sizes = [.. classes.Values.Select(rows => (long)rows.Count)];
        var quotas = TestQuotas(sizes, TestCount(labels.shape[0], testFraction, classes.Count));
        return Draw(classes.Values, quotas, seed);
    }

    private static SortedDictionary<double, List<long>> RowsByClass(Tensor labels)
    {
        using var scope = NewDisposeScope();
        var classes = new SortedDictionary<double, List<long>>();
        long row = 0;

        foreach (var label in labels.detach().to(float64, CPU).contiguous().data<double>().ToArray())
        {
            if (!classes.TryGetValue(label, out var rows))
            {
                classes.Add(label, rows = []);
            }

            rows.Add(row++);
        }

        return classes;
    }

    private static (long[] Train, long[] Test) Draw(IEnumerable<List<long>> classes, long[] quotas, long seed)
    {
        var random = SplitMix64.Keyed(seed, Stream);
        var train = new List<long>();
        var test = new List<long>();

        foreach (var (classRows, quota) in classes.Zip(quotas))
        {
            long[] rows = [.. classRows];
            random.Shuffle(rows);
            test.AddRange(rows[..(int)quota]);
            train.AddRange(rows[(int)quota..]);
        }

        long[] trainRows = [.. train];
        long[] testRows = [.. test];
        random.Shuffle(trainRows);
        random.Shuffle(testRows);
        return (trainRows, testRows);
    }

    /// <summary>Largest remainders, in whole numbers: exact · total = testCount · size, and every class keeps a row in each part.</summary>
    private static long[] TestQuotas(long[] sizes, long testCount)
    {
        var total = sizes.Sum();
        long[] quotas = [.. sizes.Select(size => Math.Clamp(testCount * size / total, 1, size - 1))];
        long Shortfall(int c) => (testCount * sizes[c]) - (quotas[c] * total);
        var all = Enumerable.Range(0, sizes.Length).ToArray();

        for (var missing = testCount - quotas.Sum(); missing > 0; missing--)
        {
            quotas[all.Where(c => quotas[c] < sizes[c] - 1).MaxBy(Shortfall)]++;
        }

        for (var excess = quotas.Sum() - testCount; excess > 0; excess--)
        {
            quotas[all.Where(c => quotas[c] > 1).MinBy(Shortfall)]--;
        }

        return quotas;
    }

    private static int TestCount(long count, double testFraction, int groups)
    {
        if (!(testFraction > 0 && testFraction < 1))
        {
            throw new ArgumentOutOfRangeException(
                nameof(testFraction),
                FormattableString.Invariant($"testFraction is {testFraction}: it must lie between 0 and 1, such as 0.25 for a quarter of the rows."));
        }

        var testCount = (int)Math.Ceiling(testFraction * count);

        if (testCount < groups || count - testCount < groups)
        {
            throw new ArgumentException(
                FormattableString.Invariant($"With {count} rows and testFraction {testFraction} there would be {count - testCount} rows to train with and {testCount} ") +
                (groups == 1 ? "to test with: neither part may be empty. " : $"to test with: each part needs a row of each of the {groups} classes. ") +
                "Use another testFraction or more rows.");
        }

        return testCount;
    }
}
