using DeepLearningCourse.Data;

namespace DeepLearningCourse.Tests.Data;

public sealed class SplitMix64Tests
{
    [Test]
    public void The_first_numbers_are_those_of_the_published_generator()
    {
        var random = new SplitMix64(1234567);

        Assert.That(
            new[] { random.Next(), random.Next(), random.Next() },
            Is.EqualTo(new ulong[] { 6457827717110365317, 3203168211198807973, 9817491932198370423 }));
    }

    [Test]
    public void Numbers_below_a_bound_are_evenly_spread()
    {
        var random = SplitMix64.Keyed(1, 0);
        var counts = new int[7];

        for (var i = 0; i < 70_000; i++)
        {
            counts[random.Below(7)]++;
        }

        Assert.That(counts, Is.All.InRange(9_600, 10_400));
    }

    [Test]
    public void Every_order_of_three_is_as_likely()
    {
        var counts = Enumerable.Range(0, 6_000).CountBy(stream => string.Concat(SplitMix64.Permutation(3, 9, stream))).Select(pair => pair.Value).ToArray();

        Assert.That(counts, Has.Length.EqualTo(6).And.All.InRange(850, 1_150));
    }
}
