namespace DeepLearningCourse.Data.Loading;

/// <summary>Tells those who make batches that nobody waits for them any more.</summary>
internal sealed class StopSignal(CancellationToken cancellation)
{
    private volatile bool stopped;

    public bool IsSet => stopped || cancellation.IsCancellationRequested;

    public CancellationToken Cancellation => cancellation;

    public void Set() => stopped = true;

    public void ThrowIfSet()
    {
        cancellation.ThrowIfCancellationRequested();

        if (stopped)
        {
            throw new OperationCanceledException();
        }
    }
}
