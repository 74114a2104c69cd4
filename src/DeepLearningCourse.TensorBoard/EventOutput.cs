using System.Globalization;
using DeepLearningCourse.Training;

namespace DeepLearningCourse.TensorBoard;

/// <summary>The writer of a run, until it fails: a disk that is full costs the curves, not the run.</summary>
internal sealed class EventOutput
{
    private static readonly TimeSpan FlushEvery = TimeSpan.FromSeconds(10);

    private readonly TrainingRun run;
    private EventWriter? writer;
    private TimeSpan flushed;

    public EventOutput(TrainingRun run, Func<EventWriter> open)
    {
        (this.run, flushed) = (run, run.Elapsed);
        Try(() => writer = open());
    }

    public void Write(Action<EventWriter> write)
    {
        if (writer is { } open)
        {
            Try(() => write(open));
        }
    }

    public void Flush()
    {
        flushed = run.Elapsed;
        Write(open => open.Flush());
    }

    /// <summary>Lets a person who watches see steps that are some seconds old, at no cost for each step.</summary>
    public void FlushNowAndThen()
    {
        if (run.Elapsed - flushed >= FlushEvery)
        {
            Flush();
        }
    }

    public void Close()
    {
        if (writer is { } open)
        {
            writer = null;
            Try(open.Dispose);
        }
    }

    private void Try(Action action)
    {
        try
        {
            action();
        }
        catch (Exception exception) when (exception is IOException or UnauthorizedAccessException || IsOfClosedWriter(exception))
        {
            run.Warn(string.Create(
                CultureInfo.InvariantCulture,
                $"After step {run.Step} the files for TensorBoard could not be written: {exception.Message} The run goes on without them; what they have so far stays."));
            Abandon();
        }
    }

    private static bool IsOfClosedWriter(Exception exception) => exception is ObjectDisposedException disposed && disposed.ObjectName == typeof(EventWriter).FullName;

    private void Abandon()
    {
        var broken = writer;
        writer = null;

        try
        {
            broken?.Dispose();
        }
        catch (IOException)
        {
            // It wanted to write what was left; the file is closed all the same.
        }
    }
}
