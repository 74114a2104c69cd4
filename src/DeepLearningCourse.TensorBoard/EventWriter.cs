using Google.Protobuf;
using Tensorboard;
using static TorchSharp.torch;

namespace DeepLearningCourse.TensorBoard;

/// <summary>Writes a file of events, which <see href="https://www.tensorflow.org/tensorboard">TensorBoard</see> shows: <c>tensorboard --logdir runs</c>.</summary>
/// <remarks>
/// What PyTorch's <see href="https://docs.pytorch.org/docs/stable/tensorboard.html">SummaryWriter</see> writes, with its names. The file stays open until it is
/// disposed; what was added reaches it at <see cref="Flush"/> at the latest. It is for one thread at a time.
/// </remarks>
/// <example>
/// <code>
/// using var writer = new EventWriter("runs/first");
/// writer.AddScalar("loss/train", 0.25, step: 100);
/// </code>
/// </example>
public sealed class EventWriter : IDisposable
{
    private readonly TimeProvider clock;
    private readonly RecordStream records;
    private bool isClosed;

    /// <summary>Makes a new file in a folder. Files that are there stay: TensorBoard shows all files of a folder as one run.</summary>
    /// <param name="folder">The folder; made if it is not there.</param>
    /// <param name="purgeStep">At least 0: TensorBoard forgets what earlier files of the folder have at this step and after it, because the run goes on from before it;
    /// null to forget nothing.</param>
    /// <param name="clock">Says the time of an event; null for the system's.</param>
    /// <exception cref="IOException">The file cannot be made.</exception>
    /// <exception cref="UnauthorizedAccessException">The folder may not be written to.</exception>
    public EventWriter(string folder, long? purgeStep = null, TimeProvider? clock = null)
        : this(NotNegative(purgeStep), EventFiles.Create(folder, clock ?? TimeProvider.System), clock)
    {
    }

    internal EventWriter(long? purgeStep, FileStream file, TimeProvider? clock)
    {
        this.clock = clock ?? TimeProvider.System;
        FilePath = Path.GetFullPath(file.Name);
        records = new RecordStream(file);

        try
        {
            Write(new Event { FileVersion = "brain.Event:2" }, 0);

            if (purgeStep is { } step)
            {
                Write(new Event { SessionLog = new SessionLog { Status = SessionLog.Types.SessionStatus.Start } }, step);
            }

            Flush();
        }
        catch
        {
            Dispose();
            throw;
        }
    }

    /// <summary>The file, whole.</summary>
    public string FilePath { get; }

    /// <summary>Adds a point of a curve.</summary>
    /// <param name="tag">The curve; those with the same text before a slash, such as <c>loss/train</c>, stand together.</param>
    /// <param name="value">The value; kept as a float32.</param>
    /// <param name="step">Where on the axis, such as the step of the optimizer.</param>
    /// <exception cref="IOException">The file cannot be written.</exception>
    public void AddScalar(string tag, double value, long step) => Add(new Summary.Types.Value { SimpleValue = (float)value }, tag, step);

    /// <summary>Adds how the numbers of a tensor are distributed, in TensorFlow's buckets: bounds that grow by a tenth, from 1e-12 to 1e20, on both sides of 0.</summary>
    /// <param name="tag">The series.</param>
    /// <param name="values">Numbers, any shape, on any device. Those that are not finite are left out; if none is left, nothing is added.</param>
    /// <param name="step">Where on the axis.</param>
    /// <exception cref="IOException">The file cannot be written.</exception>
    public void AddHistogram(string tag, Tensor values, long step)
    {
        ArgumentNullException.ThrowIfNull(values);

        if (HistogramBuckets.Of(values) is { } histogram)
        {
            Add(new Summary.Types.Value { Histo = histogram }, tag, step);
        }
    }

    /// <summary>Adds an image.</summary>
    /// <param name="tag">The series.</param>
    /// <param name="image">[height, width] or [channels, height, width] with 1, 3 or 4 channels: bytes from 0 to 255, or floats from 0 to 1; what lies outside is cut off,
    /// and NaN is black.</param>
    /// <param name="step">Where on the axis.</param>
    /// <exception cref="ArgumentException">The shape or the type of number is another one.</exception>
    /// <exception cref="IOException">The file cannot be written.</exception>
    public void AddImage(string tag, Tensor image, long step)
    {
        ArgumentNullException.ThrowIfNull(image);
        Add(new Summary.Types.Value { Image = ImagePixels.Encode(image) }, tag, step);
    }

    /// <summary>Adds a text.</summary>
    /// <param name="tag">The series.</param>
    /// <param name="text">The text, as Markdown.</param>
    /// <param name="step">Where on the axis.</param>
    /// <exception cref="IOException">The file cannot be written.</exception>
    public void AddText(string tag, string text, long step)
    {
        ArgumentException.ThrowIfNullOrEmpty(tag);
        ArgumentNullException.ThrowIfNull(text);
        Add(PluginValues.Text(text), tag + "/text_summary", step);
    }

    /// <summary>Says what the run was given, for the page HPARAMS, which compares runs.</summary>
    /// <param name="values">Numbers, truth values and texts by name.</param>
    /// <param name="metrics">The tags of the scalars that runs are compared by.</param>
    /// <remarks>TensorBoard takes what a run says first: call it once, at the run's beginning.</remarks>
    /// <exception cref="ArgumentException">A value is none of these.</exception>
    /// <exception cref="IOException">The file cannot be written.</exception>
    public void AddHyperParameters(IReadOnlyDictionary<string, object> values, IReadOnlyList<string> metrics)
    {
        ArgumentNullException.ThrowIfNull(values);
        ArgumentNullException.ThrowIfNull(metrics);
        Add(PluginValues.Experiment(values, metrics), "_hparams_/experiment", 0);
        Add(PluginValues.SessionStart(values, Now), "_hparams_/session_start_info", 0);
    }

    /// <summary>Says on the page HPARAMS that the run is over.</summary>
    /// <param name="succeeded">Whether it did what it was to do.</param>
    /// <remarks>TensorBoard takes what a run says first: leave it out where the run may go on later.</remarks>
    /// <exception cref="IOException">The file cannot be written.</exception>
    public void EndSession(bool succeeded) => Add(PluginValues.SessionEnd(succeeded, Now), "_hparams_/session_end_info", 0);

    /// <summary>Hands over to the system what was added, so that TensorBoard finds it.</summary>
    /// <exception cref="IOException">The file cannot be written.</exception>
    public void Flush()
    {
        ObjectDisposedException.ThrowIf(isClosed, this);
        records.Flush();
    }

    /// <summary>Writes what is left and closes the file.</summary>
    /// <exception cref="IOException">The file cannot be written; it is closed all the same.</exception>
    public void Dispose()
    {
        isClosed = true;
        records.Dispose();
    }

    private static long? NotNegative(long? purgeStep)
    {
        ArgumentOutOfRangeException.ThrowIfNegative(purgeStep ?? 0, nameof(purgeStep));
        return purgeStep;
    }

    private double Now => (clock.GetUtcNow() - DateTimeOffset.UnixEpoch).TotalSeconds;

    private void Add(Summary.Types.Value value, string tag, long step)
    {
        ArgumentException.ThrowIfNullOrEmpty(tag);
        value.Tag = tag;
        Summary summary = new();
        summary.Value.Add(value);
        Write(new Event { Summary = summary }, step);
    }

    private void Write(Event happened, long step)
    {
        ObjectDisposedException.ThrowIf(isClosed, this);
        (happened.Step, happened.WallTime) = (step, Now);
        records.Write(happened.ToByteArray());
    }
}
