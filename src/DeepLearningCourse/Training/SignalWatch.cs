using System.Runtime.InteropServices;

namespace DeepLearningCourse.Training;

/// <summary>Turns the first Ctrl-C, and the system's request to terminate, into a request to stop; a second one does what it always does.</summary>
internal sealed class SignalWatch : IDisposable
{
    private readonly List<PosixSignalRegistration> registrations = [];

    public SignalWatch(StopRequest stop)
    {
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

    public void Dispose() => registrations.ForEach(registration => registration.Dispose());
}
