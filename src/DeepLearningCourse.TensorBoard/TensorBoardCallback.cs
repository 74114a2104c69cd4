using System.Diagnostics;
using DeepLearningCourse.Optimization;
using DeepLearningCourse.Training;
using TorchSharp.Modules;

namespace DeepLearningCourse.TensorBoard;

/// <summary>Writes what a run does into event files, which TensorBoard shows while it trains: <c>tensorboard --logdir runs</c>.</summary>
/// <remarks>
/// <para>Curves over the steps of the optimizer: losses of batches, epochs and validations, metrics, learning rates, the norm of the gradients and samples per second.
/// After epochs, how weights are distributed, and at the beginning of epochs, how gradients are. Once, the network as text and the hyper-parameters.</para>
/// <para>A run that goes on from a checkpoint goes on in a new file of the folder, and TensorBoard forgets what the old ones have after that checkpoint; a run that
/// begins anew in the folder takes the place of the one before. Where files cannot be written any longer, the run goes on without, and its history has a warning.</para>
/// </remarks>
/// <example>
/// <code>
/// var options = new TrainerOptions { Callbacks = [new TensorBoardCallback("runs/digits")] };
/// </code>
/// </example>
public sealed class TensorBoardCallback : ITrainingCallback
{
    private readonly int? everySteps;
    private readonly int? histogramEpochs;
    private readonly Action<TrainingRun, EventWriter>? atEpochEnd;
    private readonly RunTexts texts;
    private readonly TimeProvider? clock;
    private EventOutput? output;
    private List<Parameter> parameters = [];
    private double? gradientNorm;
    private bool gradientsDue;
    private (long Samples, long Time) mark;

    /// <summary>Writes event files.</summary>
    /// <param name="folder">Where; made if it is not there. One folder belongs to one run: those beside each other in a folder are compared.</param>
    /// <param name="everySteps">Every how many steps there is a point of the curves that have one for each step; null for <see cref="TrainerOptions.LogEverySteps"/>.</param>
    /// <param name="histogramEpochs">Every how many epochs the distributions of weights and gradients are written, which takes a copy of each on the processor;
    /// null for never.</param>
    /// <param name="hyperParameters">Numbers, truth values and texts by which runs are compared, besides those of the optimizer and of <see cref="TrainerOptions"/>, in
    /// whose places they come where names are the same.</param>
    /// <param name="summary">The text for the network, such as its summary; null for its layers.</param>
    /// <param name="atEpochEnd">Adds more after each epoch, such as images.</param>
    /// <param name="clock">Says the time of an event; null for the system's.</param>
    /// <exception cref="ArgumentOutOfRangeException">A number is too small.</exception>
    /// <exception cref="ArgumentException">The folder is empty, or a hyper-parameter is no number, truth value or text.</exception>
    public TensorBoardCallback(
        string folder, int? everySteps = null, int? histogramEpochs = 1, IReadOnlyDictionary<string, object>? hyperParameters = null, string? summary = null,
        Action<TrainingRun, EventWriter>? atEpochEnd = null, TimeProvider? clock = null)
    {
        ArgumentException.ThrowIfNullOrEmpty(folder);
        ArgumentOutOfRangeException.ThrowIfLessThan(everySteps ?? 1, 1, nameof(everySteps));
        ArgumentOutOfRangeException.ThrowIfLessThan(histogramEpochs ?? 1, 1, nameof(histogramEpochs));
        Folder = Path.GetFullPath(folder);
        texts = new RunTexts(hyperParameters, summary);
        (this.everySteps, this.histogramEpochs, this.atEpochEnd, this.clock) = (everySteps, histogramEpochs, atEpochEnd, clock);
    }

    /// <summary>The folder, whole.</summary>
    public string Folder { get; }

    internal Func<string, TimeProvider, FileStream> CreateFile { get; init; } = EventFiles.Create;

    /// <inheritdoc/>
    public void OnFitStarted(TrainingRun run)
    {
        ArgumentNullException.ThrowIfNull(run);
        output?.Close();
        output = null;
        (gradientNorm, gradientsDue) = (null, false);

        if (run.Options.FastDevRun)
        {
            return;
        }

        parameters = [.. run.Model.parameters()];
        output = new EventOutput(run, () => Open(run));
        output.Write(writer => texts.Write(run, writer));
        output.Flush();
        Mark(run);
    }

    /// <inheritdoc/>
    public void OnEpochStarted(TrainingRun run)
    {
        ArgumentNullException.ThrowIfNull(run);
        gradientsDue = HasHistograms(run.Epoch);
        Mark(run);
    }

    /// <inheritdoc/>
    public void OnGradientsReady(TrainingRun run)
    {
        ArgumentNullException.ThrowIfNull(run);

        // The step that these gradients are for has not been counted yet.
        var step = run.Step + 1;

        if (output is null)
        {
            return;
        }

        if (step % Interval(run) == 0)
        {
            gradientNorm = Gradients.Norm(parameters);
        }

        if (gradientsDue)
        {
            gradientsDue = false;
            output.Write(writer => ParameterHistograms.WriteGradients(run.Model, writer, step));
        }
    }

    /// <inheritdoc/>
    public void OnStepEnded(TrainingRun run, StepResult result)
    {
        ArgumentNullException.ThrowIfNull(run);

        if (output is null || run.Step % Interval(run) != 0)
        {
            return;
        }

        var rate = (run.Samples - mark.Samples) / Stopwatch.GetElapsedTime(mark.Time).TotalSeconds;
        Mark(run);
        output.Write(writer => StepScalars.Write(run, result, gradientNorm, rate, writer));
        output.FlushNowAndThen();
    }

    /// <inheritdoc/>
    public void OnValidated(TrainingRun run, Evaluation validation)
    {
        ArgumentNullException.ThrowIfNull(run);
        output?.Write(writer => EpochScalars.WriteValidation(validation, writer, run.Step));
        output?.Flush();
        Mark(run);
    }

    /// <inheritdoc/>
    public void OnEpochEnded(TrainingRun run, EpochResult epoch)
    {
        ArgumentNullException.ThrowIfNull(run);
        ArgumentNullException.ThrowIfNull(epoch);
        output?.Write(writer =>
        {
            EpochScalars.Write(epoch, writer, run.Step);

            if (HasHistograms(epoch.Epoch))
            {
                ParameterHistograms.WriteWeights(run.Model, writer, run.Step);
            }

            atEpochEnd?.Invoke(run, writer);
        });
        output?.Flush();
    }

    /// <inheritdoc/>
    public void OnFitEnded(TrainingRun run, TrainingHistory history)
    {
        ArgumentNullException.ThrowIfNull(history);

        // A run that was stopped may go on later, and TensorBoard keeps what it is told first.
        if (history.StopReason is StopReason.Completed or StopReason.EarlyStopped or StopReason.MaxSteps or StopReason.MaxTime)
        {
            output?.Write(writer => writer.EndSession(succeeded: true));
        }

        Close();
    }

    /// <inheritdoc/>
    public void OnFailed(TrainingRun run, Exception exception) => Close();

    private EventWriter Open(TrainingRun run)
    {
        long? purgeStep = run.History.ResumedFrom is not null ? run.Step + 1 : EventFiles.AreIn(Folder) ? 0 : null;
        return new EventWriter(purgeStep, CreateFile(Folder, clock ?? TimeProvider.System), clock);
    }

    private int Interval(TrainingRun run) => everySteps ?? run.Options.LogEverySteps;

    private bool HasHistograms(int epoch) => epoch % histogramEpochs == 0;

    private void Mark(TrainingRun run) => mark = (run.Samples, Stopwatch.GetTimestamp());

    private void Close()
    {
        output?.Close();
        (output, parameters) = (null, []);
    }
}
