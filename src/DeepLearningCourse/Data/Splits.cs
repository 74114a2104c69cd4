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
        var classes = LabelRows.ByClass(labels);

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
        var quotas = TestQuotas(sizes, TestCount(classes.Values.Sum(rows => rows.Count), testFraction, classes.Count));
        return Draw(classes.Values, quotas, seed);
    }

    /// <summary>Divides rows into parts of given sizes at random, as
    /// <see href="https://pytorch.org/docs/stable/data.html#torch.utils.data.random_split">torch.utils.data.random_split</see> does.</summary>
    /// <param name="count">How many rows there are.</param>
    /// <param name="parts">Either how many rows each part has, adding up to count, or which fraction of them, adding up to 1.</param>
    /// <param name="seed">Decides which rows go where.</param>
    /// <returns>For each part its row numbers, in random order. Fractions are rounded down, and the rows left over go to the first parts, one to each.</returns>
    /// <exception cref="ArgumentException">The parts do not add up, or one is negative.</exception>
    public static long[][] Parts(long count, IReadOnlyList<double> parts, long seed)
    {
        var sizes = Sizes(count, parts);
        var rows = SplitMix64.Permutation(count, seed, Stream);
        var next = 0;
        return Array.ConvertAll(sizes, size => rows[next..(next += checked((int)size))]);
    }

    /// <summary>Divides rows into folds, each of which is the test part once, as scikit-learn's
    /// <see href="https://scikit-learn.org/stable/modules/generated/sklearn.model_selection.KFold.html">KFold</see> does.</summary>
    /// <param name="count">How many rows there are.</param>
    /// <param name="folds">How many folds, from 2 to count. Their sizes differ by 1 at most.</param>
    /// <param name="seed">Decides which rows go where; null for consecutive ones.</param>
    /// <returns>For each fold the row numbers to train with and those to test with, both ascending.</returns>
    /// <exception cref="ArgumentOutOfRangeException">folds is below 2 or above count.</exception>
    public static IReadOnlyList<(long[] Train, long[] Test)> KFold(long count, int folds, long? seed = null)
    {
        RequireFolds(folds, count, "rows");
        var order = seed is { } s ? SplitMix64.Permutation(count, s, Stream) : new SequentialSampler(count).Order(0, 0);
        var foldOf = new int[count];
        var next = 0L;

        for (var fold = 0; fold < folds; fold++)
        {
            for (var left = (count / folds) + (fold < count % folds ? 1 : 0); left > 0; left--)
            {
                foldOf[order[next++]] = fold;
            }
        }

        return Folded(foldOf, folds);
    }

    /// <summary>Divides rows into folds in which each class has its part of the whole, as scikit-learn's
    /// <see href="https://scikit-learn.org/stable/modules/generated/sklearn.model_selection.StratifiedKFold.html">StratifiedKFold</see> does.</summary>
    /// <param name="labels">The class of each row, <c>[rows]</c>, any real dtype.</param>
    /// <param name="folds">How many folds, from 2 to the number of rows of the smallest class.</param>
    /// <param name="seed">Decides which rows go where; null for the rows of each class in their order.</param>
    /// <returns>For each fold the row numbers to train with and those to test with, both ascending.</returns>
    /// <exception cref="ArgumentException">labels is not [rows].</exception>
    /// <exception cref="ArgumentOutOfRangeException">folds is below 2 or above the number of rows of some class.</exception>
    public static IReadOnlyList<(long[] Train, long[] Test)> StratifiedKFold(Tensor labels, int folds, long? seed = null)
    {
        // In the order in which they first appear, which decides who gets the rows left over.
        long[][] classes = [.. LabelRows.ByClass(labels).Values.OrderBy(rows => rows[0]).Select(rows => rows.ToArray())];
        RequireFolds(folds, classes.Length == 0 ? 0 : classes.Min(rows => rows.Length), "rows of the smallest class");
        var random = SplitMix64.Keyed(seed ?? 0, Stream);
        var foldOf = new int[classes.Sum(rows => rows.Length)];
        var dealt = 0;

        foreach (var rows in classes)
        {
            // All rows, class after class, are dealt to the folds in turn; a class's own rows then go fold by fold.
            var first = dealt;
            var sizes = Enumerable.Range(0, folds).Select(fold => Enumerable.Range(first, rows.Length).Count(place => place % folds == fold));
            long[] places = [.. sizes.SelectMany((size, fold) => Enumerable.Repeat((long)fold, size))];
            dealt += rows.Length;

            if (seed is not null)
            {
                random.Shuffle(places);
            }

            for (var i = 0; i < rows.Length; i++)
            {
                foldOf[rows[i]] = (int)places[i];
            }
        }

        return Folded(foldOf, folds);
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

    private static long[] Sizes(long count, IReadOnlyList<double> parts)
    {
        ArgumentNullException.ThrowIfNull(parts);
        var sum = parts.Sum();
        var areFractions = Math.Abs(sum - 1) < 1e-9 && parts.All(part => part <= 1);

        if (parts.Any(part => !(part >= 0)) || !(areFractions || (sum == count && parts.All(double.IsInteger))))
        {
            throw new ArgumentException(
                FormattableString.Invariant($"The parts {string.Join(", ", parts.Select(p => p.ToString(System.Globalization.CultureInfo.InvariantCulture)))} add up to {sum}: ") +
                $"give fractions that add up to 1, or numbers of rows that add up to {count}.");
        }

        if (!areFractions)
        {
            return [.. parts.Select(part => (long)part)];
        }

        long[] sizes = [.. parts.Select(part => (long)Math.Floor(count * part))];
        var over = count - sizes.Sum();

        for (var i = 0; i < over; i++)
        {
            sizes[i % sizes.Length]++;
        }

        return sizes;
    }

    private static List<(long[] Train, long[] Test)> Folded(int[] foldOf, int folds)
    {
        var rows = Enumerable.Range(0, foldOf.Length).Select(row => (long)row).ToLookup(row => foldOf[row]);
        return [.. Enumerable.Range(0, folds).Select(fold => (
            rows.Where(group => group.Key != fold).SelectMany(group => group).Order().ToArray(), rows[fold].ToArray()))];
    }

    private static void RequireFolds(int folds, long most, string ofWhat)
    {
        if (folds < 2 || folds > most)
        {
            throw new ArgumentOutOfRangeException(nameof(folds), $"folds is {folds}: there must be at least 2, and at most one for each of the {most} {ofWhat}.");
        }
    }
}
