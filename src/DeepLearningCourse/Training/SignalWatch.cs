using System.Runtime.InteropServices;
using DeepLearningCourse.Runtime;

namespace DeepLearningCourse.Training;

/// <summary>Turns the first Ctrl-C, a notebook's interrupt, the system's request to terminate, and a closed terminal, into a request to stop; a second one does
/// what it always does.</summary>
internal sealed class SignalWatch : IDisposable
{
    private readonly List<PosixSignalRegistration> registrations = [];
    private readonly StopRequest stop;
    private readonly Func<bool> fromNotebook;
    private int signals;

    public SignalWatch(StopRequest stop)
    {
        this.stop = stop;
        fromNotebook = () => stop.Ask(StopReason.Interrupted);
        Notebook.AddListener(fromNotebook);

        foreach (var signal in new[] { PosixSignal.SIGINT, PosixSignal.SIGTERM, PosixSignal.SIGHUP })
        {
            try
            {
                registrations.Add(PosixSignalRegistration.Create(signal, Take));
            }
            catch (PlatformNotSupportedException)
            {
                // A system without signals: the token and Stop() remain.
            }
        }
    }

    public void Dispose()
    {
        Notebook.RemoveListener(fromNotebook);
        registrations.ForEach(registration => registration.Dispose());
    }

    private void Take(PosixSignalContext context)
    {
        // Signals are counted, not reasons to stop: a run that is about to end writes its last checkpoint. And a terminal that is closed hangs up more than
        // once, by its shell and by itself: nobody means a second one.
        if (context.Signal == PosixSignal.SIGHUP || Interlocked.Increment(ref signals) == 1)
        {
            context.Cancel = true;
            _ = stop.Ask(StopReason.Interrupted);
        }
    }
}
