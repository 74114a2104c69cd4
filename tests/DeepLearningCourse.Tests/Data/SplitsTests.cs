using DeepLearningCourse.Data;
using static TorchSharp.torch;

namespace DeepLearningCourse.Tests.Data;

public sealed class SplitsTests : TensorTest
{
    [Test]
    public void Every_row_is_in_one_part_and_classes_keep_their_share()
    {
        const int seed = 11;
        var random = new Random(seed);

        for (var round = 0; round < 300; round++)
        {
            var about = $"round {round} of seed {seed}";
            var classes = random.Next(1, 6);
            var rowsOfClass = Enumerable.Range(0, classes).Select(_ => random.Next(2, 40)).ToArray();
            var labels = rowsOfClass.SelectMany((count, label) => Enumerable.Repeat((long)label, count)).ToArray();
            random.Shuffle(labels);
            var fraction = 0.02 + (0.96 * random.NextDouble());
            var testCount = (int)Math.Ceiling(fraction * labels.Length);

            if (testCount < classes || labels.Length - testCount < classes)
            {
                continue;
            }

            using var tensorOfLabels = tensor(labels);
            var (train, test) = Splits.Stratified(tensorOfLabels, fraction, seed: round);

            Assert.That(test, Has.Length.EqualTo(testCount), about);
            Assert.That(train.Concat(test).Order(), Is.EqualTo(Enumerable.Range(0, labels.Length).Select(i => (long)i)), about);

            for (var label = 0; label < classes; label++)
            {
                var inTest = test.Count(row => labels[row] == label);
                Assert.That(inTest, Is.InRange(1, rowsOfClass[label] - 1), about);
                var share = (double)testCount * rowsOfClass[label] / labels.Length;
                var crowded = share < 1 || share > rowsOfClass[label] - 1 || rowsOfClass.Any(count => (double)testCount * count / labels.Length is < 1 || count * (1 - ((double)testCount / labels.Length)) < 1);
                Assert.That(crowded || Math.Abs(inTest - share) < 1, Is.True, $"{about}: class {label} has {inTest} of {share}");
            }
        }
    }

    [Test]
    public void Largest_remainders_get_the_rows_left_over()
    {
        // 10 rows to test with of 5, 8 and 7: exactly 2.5, 4 and 3.5; the first of two equal remainders wins.
        var labels = tensor(Enumerable.Repeat(0L, 5).Concat(Enumerable.Repeat(1L, 8)).Concat(Enumerable.Repeat(2L, 7)).ToArray());

        var (_, test) = Splits.Stratified(labels, 0.5, seed: 0);

        Assert.That(test.Count(row => row < 5), Is.EqualTo(3));
        Assert.That(test.Count(row => row is >= 5 and < 13), Is.EqualTo(4));
        Assert.That(test.Count(row => row >= 13), Is.EqualTo(3));
    }

    [Test]
    public void The_seed_decides_the_split()
    {
        var labels = arange(60).remainder(3);
        var random = Splits.Random(60, 0.3, 1);

        Assert.That(Splits.Stratified(labels, 0.3, 1), Is.EqualTo(Splits.Stratified(labels.to(float32), 0.3, 1)));
        Assert.That(Splits.Stratified(labels, 0.3, 1), Is.Not.EqualTo(Splits.Stratified(labels, 0.3, 2)));
        Assert.That(Splits.Random(60, 0.3, 1), Is.EqualTo(random));
        Assert.That(Splits.Random(60, 0.3, 2), Is.Not.EqualTo(random));
    }

    [TestCase(569, 0.25, 143)]
    [TestCase(2, 0.5, 1)]
    [TestCase(10, 0.01, 1)]
    [TestCase(150, 0.2, 30)]
    public void A_random_split_has_the_sizes_of_scikit_learn(long count, double testFraction, int expected)
    {
        var (train, test) = Splits.Random(count, testFraction, seed: 4);

        Assert.That(test, Has.Length.EqualTo(expected));
        Assert.That(train.Concat(test).Order(), Is.EqualTo(Enumerable.Range(0, (int)count).Select(i => (long)i)));
    }

    [Test]
    public void A_fraction_outside_is_refused([Values(0, 1, -0.5, 1.5, double.NaN)] double testFraction)
    {
        var message = FormattableString.Invariant(
            $"testFraction is {testFraction}: it must lie between 0 and 1, such as 0.25 for a quarter of the rows. (Parameter 'testFraction')");

        Assert.That(() => Splits.Random(10, testFraction, 0), Throws.TypeOf<ArgumentOutOfRangeException>().With.Message.EqualTo(message));
        Assert.That(() => Splits.Stratified(zeros(10), testFraction, 0), Throws.TypeOf<ArgumentOutOfRangeException>().With.Message.EqualTo(message));
    }

    [Test]
    public void Splitting_leaves_no_tensor()
    {
        using var table = arange(20).remainder(2).reshape(10, 2);
        using var labels = table.select(1, 0);
        var before = LiveTensors;

        Splits.Stratified(labels, 0.5, 0);

        Assert.That(LiveTensors, Is.EqualTo(before));
    }

    [Test]
    public void A_part_without_rows_is_refused()
    {
        Assert.That(() => Splits.Random(3, 0.9, 0), Throws.ArgumentException.With.Message.EqualTo(
            "With 3 rows and testFraction 0.9 there would be 0 rows to train with and 3 to test with: neither part may be empty. Use another testFraction or more rows."));
        Assert.That(() => Splits.Stratified(arange(20).remainder(4), 0.1, 0), Throws.ArgumentException.With.Message.EqualTo(
            "With 20 rows and testFraction 0.1 there would be 18 rows to train with and 2 to test with: each part needs a row of each of the 4 classes. " +
            "Use another testFraction or more rows."));
    }

    [Test]
    public void A_class_with_one_row_is_refused() =>
        Assert.That(() => Splits.Stratified(tensor(new long[] { 0, 0, 5, 0 }), 0.5, 0), Throws.ArgumentException.With.Message.EqualTo(
            "Class 5 has 1 row (row 2): each class needs at least 2, one to train with and one to test with. Leave the class out, or use Splits.Random."));

    [Test]
    public void Labels_in_a_column_are_refused() =>
        Assert.That(() => Splits.Stratified(zeros(8, 1), 0.5, 0), Throws.ArgumentException.With.Message.EqualTo(
            "labels is [8, 1] and must be [rows], one class number for each row. Use squeeze(1) on [rows, 1], or argmax(1) on one-hot labels."));
}
