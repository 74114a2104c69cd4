namespace DeepLearningCourse.Data.Loading;

/// <summary>Puts the release of memory off until nobody reads from it: a worker that a loop left behind may still be at it when the dataset is disposed.</summary>
/// <param name="release">Frees the memory; called once, by whoever is the last.</param>
internal sealed class ReaderCount(Action release)
{
    // The owner's own is one of them.
    private int count = 1;
    private int isEnded;

    /// <summary>Begins to read.</summary>
    /// <exception cref="ObjectDisposedException">The owner has ended it.</exception>
    public Reader Begin(object owner)
    {
        ObjectDisposedException.ThrowIf(Volatile.Read(ref isEnded) != 0, owner);

        for (var seen = Volatile.Read(ref count); seen > 0; seen = Volatile.Read(ref count))
        {
            if (Interlocked.CompareExchange(ref count, seen + 1, seen) == seen)
            {
                return new Reader(this);
            }
        }

        throw new ObjectDisposedException(owner.GetType().FullName);
    }

    /// <summary>Lets nobody begin any more; at once, or with the last reader, the memory is freed.</summary>
    public void End()
    {
        if (Interlocked.Exchange(ref isEnded, 1) == 0)
        {
            Leave();
        }
    }

    private void Leave()
    {
        if (Interlocked.Decrement(ref count) == 0)
        {
            release();
        }
    }

    /// <summary>Reads until it is disposed.</summary>
    public readonly ref struct Reader(ReaderCount readers)
    {
        public void Dispose() => readers.Leave();
    }
}
