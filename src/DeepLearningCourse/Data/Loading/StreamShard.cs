namespace DeepLearningCourse.Data.Loading;

/// <summary>One shard of a stream while it is read: whose turn it is, and how far it is.</summary>
internal sealed class StreamShard<TSample>(IterableDataset<TSample> dataset, Shard shard, int firstTurn, long samplesBefore) : IDisposable
{
    // A thread that waits for its turn looks this often whether the loop has ended.
    private const int LookMilliseconds = 20;

    private readonly object gate = new();
    private IEnumerator<Func<TSample>>? samples;
    private int turn = firstTurn;
    private long position;

    public bool HasEnded { get; private set; }

    /// <summary>Takes the samples of a turn, once the turns before it have taken theirs.</summary>
    /// <returns>The number, in the shard, of the first of them.</returns>
    public long Take(int wantedTurn, int step, int count, List<Func<TSample>> work, SampleReading reading)
    {
        work.Clear();

        lock (gate)
        {
            while (turn != wantedTurn)
            {
                reading.Stop.ThrowIfSet();
                Monitor.Wait(gate, LookMilliseconds);
            }

            try
            {
                Skip(reading);
                var first = position;

                while (work.Count < count && TryMove(reading))
                {
                    work.Add(samples!.Current);
                    position++;
                }

                return first;
            }
            finally
            {
                turn += step;
                Monitor.PulseAll(gate);
            }
        }
    }

    public void Dispose() => samples?.Dispose();

    /// <summary>What an earlier run of this epoch was given already: read again, but not worked on.</summary>
    private void Skip(SampleReading reading)
    {
        while (position < samplesBefore && TryMove(reading))
        {
            position++;
        }
    }

    private bool TryMove(SampleReading reading)
    {
        if (HasEnded)
        {
            return false;
        }

        reading.Begin(position);

        try
        {
            samples ??= dataset.ReadDeferred(shard).GetEnumerator();
            HasEnded = !samples.MoveNext();
        }
        catch (Exception exception)
        {
            // A stream that threw has no next sample, so there is nothing to leave out.
            HasEnded = true;
            reading.Stop.ThrowIfSet();
            throw reading.Unreadable(exception);
        }

        return !HasEnded;
    }
}
