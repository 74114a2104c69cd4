using System.Text.Json;
using DeepLearningCourse.Data;
using FsCheck;
using FsCheck.Fluent;
using static TorchSharp.torch;

namespace DeepLearningCourse.Tests.Data;

public sealed class FoldTests : TensorTest
{
    [Test]
    public void Folds_without_a_seed_are_scikit_learns()
    {
        foreach (var recorded in Reference.Splits.GetProperty("kfold").EnumerateArray())
        {
            var folds = Splits.KFold(recorded.GetProperty("count").GetInt64(), recorded.GetProperty("folds").GetInt32());
            RequireEqual(folds, recorded.GetProperty("parts"));
        }
    }

    [Test]
    public void Stratified_folds_without_a_seed_are_scikit_learns()
    {
        var labels = tensor(Reference.Splits.GetProperty("labels").Deserialize<long[]>()!);

        foreach (var recorded in Reference.Splits.GetProperty("stratified").EnumerateArray())
        {
            RequireEqual(Splits.StratifiedKFold(labels, recorded.GetProperty("folds").GetInt32()), recorded.GetProperty("parts"));
        }
    }

    [Test]
    public void Folds_with_a_seed_are_random_partitions_of_the_same_sizes() => Check.One(
        Config.QuickThrowOnFailure,
        Prop.ForAll((from n in Gen.Choose(2, 60) from k in Gen.Choose(2, n) select (n, k)).ToArbitrary(), c =>
        {
            var folds = Splits.KFold(c.n, c.k, seed: 3);
            var sizes = folds.Select(f => f.Test.Length).ToArray();
            return folds.SelectMany(f => f.Test).Order().SequenceEqual(Enumerable.Range(0, c.n).Select(i => (long)i))
                && sizes.Max() - sizes.Min() <= 1
                && folds.All(f => f.Train.Concat(f.Test).Distinct().Count() == c.n && f.Train.Length + f.Test.Length == c.n);
        }));

    [Test]
    public void Stratified_folds_with_a_seed_keep_the_classes_of_those_without()
    {
        var values = Reference.Splits.GetProperty("labels").Deserialize<long[]>()!;
        var labels = tensor(values);
        var plain = Splits.StratifiedKFold(labels, 3);
        var seeded = Splits.StratifiedKFold(labels, 3, seed: 5);

        Assert.That(seeded.Select(f => f.Test), Is.Not.EqualTo(plain.Select(f => f.Test)));
        Assert.That(
            seeded.Select(f => f.Test.Select(i => values[i]).Order().ToArray()), Is.EqualTo(plain.Select(f => f.Test.Select(i => values[i]).Order().ToArray())));
        Assert.That(Splits.StratifiedKFold(labels, 3, seed: 5).Select(f => f.Test), Is.EqualTo(seeded.Select(f => f.Test)));
    }

    [Test]
    public void Parts_are_rounded_as_in_random_split()
    {
        Assert.That(Splits.Parts(10, [0.5, 0.3, 0.2], 1).Select(p => p.Length), Is.EqualTo(new[] { 5, 3, 2 }));
        Assert.That(Splits.Parts(11, [0.33, 0.33, 0.34], 1).Select(p => p.Length), Is.EqualTo(new[] { 4, 4, 3 }), "3, 3, 3 and the first two get one more");
        Assert.That(Splits.Parts(11, [8, 3], 1).Select(p => p.Length), Is.EqualTo(new[] { 8, 3 }));
        Assert.That(Splits.Parts(11, [8, 3], 1).SelectMany(p => p).Order(), Is.EqualTo(Enumerable.Range(0, 11)));
        Assert.That(Splits.Parts(1, [1], 1).Single(), Is.EqualTo(new long[] { 0 }));
    }

    [Test]
    public void What_cannot_be_divided_is_refused()
    {
        Assert.That(() => Splits.Parts(10, [0.5, 0.4], 1), Throws.ArgumentException.With.Message.EqualTo(
            "The parts 0.5, 0.4 add up to 0.9: give fractions that add up to 1, or numbers of rows that add up to 10."));
        Assert.That(() => Splits.Parts(10, [11, -1], 1),
            Throws.ArgumentException.With.Message.EqualTo("The parts 11, -1 add up to 10: give fractions that add up to 1, or numbers of rows that add up to 10."));
        Assert.That(() => Splits.KFold(5, 6), Throws.TypeOf<ArgumentOutOfRangeException>().With.Message.StartsWith(
            "folds is 6: there must be at least 2, and at most one for each of the 5 rows."));
        Assert.That(() => Splits.KFold(5, 1),
            Throws.TypeOf<ArgumentOutOfRangeException>().With.Message.EqualTo("folds is 1: there must be at least 2, and at most one for each of the 5 rows. (Parameter 'folds')"));
        Assert.That(() => Splits.StratifiedKFold(tensor(new long[] { 0, 0, 1 }), 2), Throws.TypeOf<ArgumentOutOfRangeException>().With.Message.StartsWith(
            "folds is 2: there must be at least 2, and at most one for each of the 1 rows of the smallest class."));
        Assert.That(() => Splits.StratifiedKFold(zeros(3, 1), 2),
            Throws.ArgumentException.With.Message.EqualTo("labels is [3, 1] and must be [rows], one class number for each row. Use squeeze(1) on [rows, 1], or argmax(1) on one-hot labels."));
    }

    private static void RequireEqual(IReadOnlyList<(long[] Train, long[] Test)> folds, JsonElement parts)
    {
        Assert.That(folds.Select(f => f.Train), Is.EqualTo(parts.EnumerateArray().Select(p => p.GetProperty("train").Deserialize<long[]>())));
        Assert.That(folds.Select(f => f.Test), Is.EqualTo(parts.EnumerateArray().Select(p => p.GetProperty("test").Deserialize<long[]>())));
    }
}
