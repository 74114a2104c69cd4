using DeepLearningCourse.Training.Tuning;

namespace DeepLearningCourse.Tests.Training.Tuning;

public sealed class BatchSizeSearchTests
{
    private const long Used = 1000;

    [Test]
    public void Sizes_are_doubled_until_one_does_not_fit()
    {
        Machine machine = new(size => size <= 37 ? 0 : null);

        var found = new BatchSizeSearch(1, 4096, 1_000_000, refine: false).Run(machine);

        Assert.That(machine.Tried, Is.EqualTo(new[] { 1, 2, 4, 8, 16, 32, 64 }));
        Assert.That(found.Largest, Is.EqualTo(32));
        Assert.That(found.Trials[^1].Outcome, Is.EqualTo(BatchSizeOutcome.OutOfMemory));
    }

    [Test]
    public void The_largest_size_itself_is_found_by_halving([Values(1, 2, 3, 37, 63, 64, 65, 99, 100)] int largest)
    {
        Machine machine = new(size => size <= largest ? 0 : null);

        var found = new BatchSizeSearch(1, 100, 1_000_000, refine: true).Run(machine);

        Assert.That(found.Largest, Is.EqualTo(largest));
        Assert.That(machine.Tried, Is.Unique);
        Assert.That(found.Trials.Select(trial => trial.BatchSize), Is.Ordered);
    }

    [Test]
    public void No_size_is_tried_that_would_come_over_the_limit([Values(0, 7, 5000)] long fixedPart, [Values(1, 13)] int perSample, [Values] bool refine)
    {
        const long limit = 20_000;
        Machine machine = new(size => fixedPart + (perSample * (long)size));

        var found = new BatchSizeSearch(1, 1 << 20, limit, refine).Run(machine);

        Assert.That(machine.Peak, Is.LessThanOrEqualTo(limit));
        Assert.That(found.Trials.Count(trial => trial.Outcome == BatchSizeOutcome.NotTried), Is.GreaterThan(0));
        var largest = (limit - Used - fixedPart) / perSample;
        Assert.That(found.Largest, refine ? Is.EqualTo(largest) : Is.GreaterThan(largest / 2));
    }

    [Test]
    public void Memory_that_grows_with_the_square_is_kept_away_from_too([Values(1, 3)] int perPair, [Values(0, 100)] int perSample)
    {
        Machine machine = new(size => (perPair * (long)size * size) + (perSample * size));

        new BatchSizeSearch(4, 1 << 20, 1_000_000, refine: false).Run(machine);

        Assert.That(machine.Peak, Is.LessThanOrEqualTo(1_000_000));
    }

    [Test]
    public void Data_with_too_few_samples_ends_the_search()
    {
        Machine machine = new(_ => 0) { Samples = 50 };

        var found = new BatchSizeSearch(8, 4096, 1_000_000, refine: false).Run(machine);

        Assert.That(found.Largest, Is.EqualTo(32));
        Assert.That(found.Trials[^1].Outcome, Is.EqualTo(BatchSizeOutcome.TooFewSamples));
        Assert.That(found.ToString(), Does.Contain("the data has fewer samples"));
    }

    [Test]
    public void Nothing_is_tried_where_the_process_is_over_the_limit_already()
    {
        Machine machine = new(_ => 0);

        var found = new BatchSizeSearch(1, 4096, Used - 1, refine: true).Run(machine);

        Assert.That(machine.Tried, Is.Empty);
        Assert.That((found.Largest, found.Fastest), Is.EqualTo(((int?)null, (int?)null)));
        Assert.That(found.ToString(), Does.EndWith("No size fits into 0 MiB."));
    }

    [Test]
    public void The_usual_limit_is_the_machines()
    {
        var found = new BatchSizeSearch(1, 4, null, refine: false).Run(new Machine(_ => 0));

        Assert.That(found.MemoryLimit, Is.EqualTo(Machine.Usual));
    }

    [Test]
    public void The_fastest_is_the_one_of_most_samples_a_second_and_the_table_says_so()
    {
        BatchSizeFinding found = new(
            [
                new(4, BatchSizeOutcome.Fits, 3 << 20, 100.4), new(2, BatchSizeOutcome.Fits, 2 << 20, 300), new(8, BatchSizeOutcome.NotTried, 9 << 20, null),
            ], 8 << 20);

        Assert.That((found.Largest, found.Fastest), Is.EqualTo(((int?)4, (int?)2)));
        Assert.That(found.ToString(), Is.EqualTo(
            """
            batch  samples/s  memory
                2        300   2 MiB
                4        100   3 MiB
                8              9 MiB  not tried: it would come over the limit
            The largest is 4, the fastest 2.
            """.ReplaceLineEndings("\n")));
    }

    [Test]
    public void Numbers_that_cannot_be_are_refused()
    {
        Assert.That(() => new BatchSizeSearch(0, 1, null, false),
            Throws.TypeOf<ArgumentOutOfRangeException>().With.Message.StartsWith("min ('0') must be greater than or equal to '1'. (Parameter 'min')"));
        Assert.That(() => new BatchSizeSearch(2, 1, null, false),
            Throws.TypeOf<ArgumentOutOfRangeException>().With.Message.StartsWith("max ('1') must be greater than or equal to '2'. (Parameter 'max')"));
        Assert.That(() => new BatchSizeSearch(1, 1, 0, false),
            Throws.TypeOf<ArgumentOutOfRangeException>().With.Message.StartsWith("memoryLimit ('0') must be greater than or equal to '1'. (Parameter 'memoryLimit')"));
    }

    [TestCase("CUDA out of memory. Tried to allocate 2.00 GiB", true)]
    [TestCase("[enforce fail at alloc_cpu.cpp:121] DefaultCPUAllocator: can't allocate memory: you tried to allocate 4 bytes.", true)]
    [TestCase("DefaultCPUAllocator: not enough memory: you tried to allocate 4 bytes.", true)]
    [TestCase("mat1 and mat2 shapes cannot be multiplied", false)]
    public void A_lack_of_memory_is_known_by_what_libtorch_says(string message, bool isLack)
    {
        Assert.That(MemoryShortage.IsCauseOf(new InvalidOperationException("Layer 'w1' failed.", new IOException(message))), Is.EqualTo(isLack));
        Assert.That(MemoryShortage.IsCauseOf(new InsufficientMemoryException()), Is.True);
    }

    /// <summary>Needs what a function says for a size; null where it has not that much.</summary>
    private sealed class Machine(Func<int, long?> need) : IBatchSizeProbe
    {
        public const long Usual = 12345;

        public List<int> Tried { get; } = [];

        public long Samples { get; init; } = long.MaxValue;

        public long Peak { get; private set; }

        public long MemoryNow() => Used;

        public long UsualLimit() => Usual;

        public BatchSizeTrial Try(int size, long memoryLimit)
        {
            Tried.Add(size);
            Peak = Math.Max(Peak, Used + (need(size) ?? 0));
            return size > Samples ? new(size, BatchSizeOutcome.TooFewSamples, 0, null)
                : need(size) is { } needed ? new(size, BatchSizeOutcome.Fits, Used + needed, size)
                : new(size, BatchSizeOutcome.OutOfMemory, Used, null);
        }
    }
}
