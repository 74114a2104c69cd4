namespace DeepLearningCourse.Data.Loading;

/// <summary>Gives a loop its batches.</summary>
internal abstract class BatchFeed<TBatch> : IDisposable
{
    /// <summary>Waits for the next batch.</summary>
    /// <param name="batch">The batch.</param>
    /// <param name="turn">Its number in the epoch.</param>
    /// <returns>Whether there is one; false at the end of the epoch.</returns>
    public abstract bool TryNext(out TBatch batch, out int turn);

    /// <summary>Tells all who work for the loop to end, without waiting for them.</summary>
    public abstract void Stop();

    /// <summary>Ends the work and waits until nobody touches the dataset any more, but not for long: a worker that hangs there is left behind.</summary>
    public abstract void Dispose();
}
