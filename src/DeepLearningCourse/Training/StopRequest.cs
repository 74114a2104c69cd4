namespace DeepLearningCourse.Training;

/// <summary>The one place where a run is asked to stop, from any thread; the first reason counts.</summary>
internal sealed class StopRequest : IDisposable
{
    private const int None = -1;

    private readonly CancellationTokenSource source = new();
    private readonly CancellationTokenRegistration registration;
    private int reason = None;

    public StopRequest(CancellationToken cancellationToken) =>
        registration = cancellationToken.Register(() => Ask(StopReason.Canceled));

    /// <summary>Cancels the wait for a batch.</summary>
    public CancellationToken Token => source.Token;

    public StopReason? Reason => Volatile.Read(ref reason) is var value && value == None ? null : (StopReason)value;

    /// <summary>Asks; false if somebody has before.</summary>
    public bool Ask(StopReason why)
    {
        var isFirst = Interlocked.CompareExchange(ref reason, (int)why, None) == None;

        // A limit that was reached ends the run in good order; somebody who wants it to end should not have to wait for a batch or a validation.
        if (isFirst && why is StopReason.Canceled or StopReason.Interrupted or StopReason.Stopped)
        {
            try
            {
                source.Cancel();
            }
            catch (ObjectDisposedException)
            {
                // The run has just ended by itself.
            }
        }

        return isFirst;
    }

    public void Dispose()
    {
        registration.Dispose();
        source.Dispose();
    }
}
