using System.Runtime.InteropServices;
using DeepLearningCourse.Notebooks.Documents;
using DeepLearningCourse.Notebooks.Execution;

namespace DeepLearningCourse.Notebooks.Commands;

/// <summary>What ends a run from outside of its cells, or the process from inside of one: signals, and <c>Environment.Exit</c>. The outputs so far are kept.</summary>
internal sealed class RunSignals : IDisposable
{
    // Who asks a program to end often kills it ten seconds later.
    private static readonly TimeSpan UntilAskedAgain = TimeSpan.FromSeconds(4);
    private static readonly TimeSpan UntilGivenUp = TimeSpan.FromSeconds(8);

    private readonly NotebookRun run;
    private readonly TextWriter console;
    private readonly List<IDisposable> registrations = [];

    public RunSignals(NotebookRun run, TextWriter console)
    {
        (this.run, this.console) = (run, console);
        registrations.Add(PosixSignalRegistration.Create(PosixSignal.SIGINT, context =>
        {
            context.Cancel = true;
            run.Cancel();
        }));
        registrations.Add(PosixSignalRegistration.Create(PosixSignal.SIGTERM, EndSoon));
        registrations.Add(PosixSignalRegistration.Create(PosixSignal.SIGHUP, EndSoon));
        AppDomain.CurrentDomain.ProcessExit += Exits;
    }

    public void Dispose()
    {
        AppDomain.CurrentDomain.ProcessExit -= Exits;

        lock (registrations)
        {
            registrations.ForEach(each => each.Dispose());
        }
    }

    private void EndSoon(PosixSignalContext context)
    {
        context.Cancel = true;
        run.Cancel();

        lock (registrations)
        {
            registrations.Add(new Timer(_ => run.Cancel(), null, UntilAskedAgain, Timeout.InfiniteTimeSpan));
            registrations.Add(new Timer(_ => GiveUp(context.Signal), null, UntilGivenUp, Timeout.InfiniteTimeSpan));
        }
    }

    private void GiveUp(PosixSignal signal)
    {
        var message = $"The program was asked to end ({signal}), and the cell did not end within {UntilGivenUp.TotalSeconds} s.";

        try
        {
            Abandon(new CellError("Interrupted", message, null, [message]));
        }
        finally
        {
            Environment.Exit(ExitCode.Failed);
        }
    }

    private void Exits(object? sender, EventArgs arguments)
    {
        Abandon(CellErrors.Exited("and the run with it"));
        Environment.ExitCode = ExitCode.Failed;
    }

    private void Abandon(CellError error)
    {
        try
        {
            run.Abandon(error);
        }
        catch (NotebookException exception)
        {
            console.WriteLine(exception.Message);
        }
    }
}
