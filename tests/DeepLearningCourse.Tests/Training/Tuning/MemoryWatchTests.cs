using DeepLearningCourse.Training.Tuning;
using static TorchSharp.torch;

namespace DeepLearningCourse.Tests.Training.Tuning;

public sealed class MemoryWatchTests : TensorTest
{
    private const long Large = 200L << 20;

    [Test]
    public void Memory_that_was_freed_again_counts()
    {
        using MemoryWatch watch = new();
        var before = Environment.WorkingSet;

        using (ones(Large / 4))
        {
        }

        Assert.That(watch.Peak, Is.GreaterThan(before + (Large * 9 / 10)).And.LessThan(before + (Large * 3 / 2)));
    }

    [Test]
    public void The_peak_begins_anew()
    {
        using (ones(Large / 4))
        {
        }

        using MemoryWatch watch = new();

        Assert.That(watch.Peak, Is.LessThan(Environment.WorkingSet + (Large / 2)));
    }

    [Test]
    public void A_thread_looks_where_the_system_keeps_no_peak()
    {
        using MemoryWatch watch = new(systemKeepsPeak: false);
        var before = Environment.WorkingSet;
        long peak;

        using (ones(Large / 4))
        {
            peak = watch.Peak;
        }

        Assert.That(peak, Is.GreaterThan(before + (Large * 9 / 10)));
        Assert.That(watch.Peak, Is.GreaterThanOrEqualTo(peak));
    }
}
