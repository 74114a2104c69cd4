using System.Runtime.InteropServices;
using DeepLearningCourse.Runtime;

namespace DeepLearningCourse.Training;

/// <summary>Turns the first Ctrl-C, a notebook's interrupt, and the system's request to terminate, into a request to stop; a second one does what it always does.</summary>
internal sealed class SignalWatch : IDisposable
{
    private readonly List<PosixSignalRegistration> registrations = [];

    private readonly Func<bool> fromNotebook;

    public SignalWatch(StopRequest stop)
    {
        fromNotebook = () => stop.Ask(StopReason.Interrupted);
        Notebook.AddListener(fromNotebook);

        foreach (var signal in new[] { PosixSignal.SIGINT, PosixSignal.SIGTERM })
        {
            try
            {
                registrations.Add(PosixSignalRegistration.Create(signal, context =>
                {
                    if (stop.Reason is null)
                    {
                        context.Cancel = true;
                        stop.Ask(StopReason.Interrupted);
                    }
                }));
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
}
