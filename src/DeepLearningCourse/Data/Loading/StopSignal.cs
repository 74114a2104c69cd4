namespace DeepLearningCourse.Data.Loading;

/// <summary>Tells those who make batches that nobody waits for them any more.</summary>
internal sealed class StopSignal(CancellationToken cancellation)
{
    private volatile bool stopped;

    public bool IsSet => stopped || cancellation.IsCancellationRequested;

    public CancellationToken Cancellation => cancellation;

    public void Set() => stopped = true;

    /// <summary>What a loop that finds it set throws: it was cancelled, or else its loader was disposed.</summary>
    public Exception Ended(Type loader) =>
        cancellation.IsCancellationRequested ? new OperationCanceledException(cancellation) : new ObjectDisposedException(loader.FullName);

    public void ThrowIfSet()
    {
        cancellation.ThrowIfCancellationRequested();

        if (stopped)
        {
            throw new OperationCanceledException();
        }
    }
}
