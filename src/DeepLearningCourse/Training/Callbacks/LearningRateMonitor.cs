namespace DeepLearningCourse.Training.Callbacks;

/// <summary>Writes down the learning rate that each step was made with, or that each epoch began with, for all groups of all optimizers.</summary>
/// <example>
/// <code>
/// var rates = new LearningRateMonitor();
/// new Trainer(model, criterion, optimizer, new TrainerOptions { Schedule = schedule, Callbacks = [rates] }).Fit(trainLoader);
/// File.WriteAllText("rates.csv", rates.ToCsv());
/// </code>
/// </example>
public sealed class LearningRateMonitor : ITrainingCallback
{
    private readonly TrainingInterval every;
    private List<long> steps = [];
    private List<int> epochs = [];
    private List<List<double>> rates = [];
    private List<string> names = [];
    private double[] inForce = [];
    private bool restored;

    /// <summary>Writes down learning rates.</summary>
    /// <param name="every">How often.</param>
    /// <exception cref="ArgumentOutOfRangeException">The interval is none of the two.</exception>
    public LearningRateMonitor(TrainingInterval every = TrainingInterval.Step)
    {
        if (!Enum.IsDefined(every))
        {
            throw new ArgumentOutOfRangeException(nameof(every), every, "The interval is Step or Epoch.");
        }

        this.every = every;
    }

    /// <summary>After others, which may change the learning rate.</summary>
    public int Order => 1000;

    /// <summary>The step of each line, from 1; of an epoch, its first.</summary>
    public IReadOnlyList<long> Steps => steps;

    /// <summary>The epoch of each line, from 1.</summary>
    public IReadOnlyList<int> Epochs => epochs;

    /// <summary>What the columns of <see cref="Rates"/> are called: <c>lr</c>, or <c>group 1</c> and so on, or with several optimizers <c>optimizer 1 group 1</c>.</summary>
    public IReadOnlyList<string> Names => names;

    /// <summary>For each group of each optimizer its learning rates, a number a line.</summary>
    public IReadOnlyList<IReadOnlyList<double>> Rates => rates;

    /// <inheritdoc/>
    public CallbackState State => new(StateText.Of(new Lines(steps, epochs, names, rates)));

    /// <summary>The lines as a table with the columns <c>step</c>, <c>epoch</c> and <see cref="Names"/>, numbers as they are everywhere: with a point.</summary>
    public string ToCsv() => CsvLines.Of(["step", "epoch", .. names], steps.Count, line => [steps[line], epochs[line], .. rates.Select(column => column[line])]);

    /// <inheritdoc/>
    public void Restore(CallbackState state)
    {
        (steps, epochs, names, rates) = StateText.Read<Lines>(state);
        restored = true;
    }

    /// <inheritdoc/>
    public void OnFitStarted(TrainingRun run)
    {
        ArgumentNullException.ThrowIfNull(run);
        inForce = Read(run);

        if (run.History.ResumedFrom is null || !restored)
        {
            (steps, epochs, names, rates) = ([], [], NamesOf(run), [.. inForce.Select(_ => new List<double>())]);
        }

        restored = false;
    }

    /// <inheritdoc/>
    public void OnEpochStarted(TrainingRun run)
    {
        ArgumentNullException.ThrowIfNull(run);
        inForce = Read(run);

        if (every == TrainingInterval.Epoch)
        {
            // A run that was stopped before the first step of an epoch begins the epoch again.
            if (epochs.Count > 0 && epochs[^1] == run.Epoch)
            {
                RemoveLast();
            }

            Add(run.Step + 1, run.Epoch);
        }
    }

    /// <inheritdoc/>
    public void OnStepEnded(TrainingRun run, StepResult result)
    {
        ArgumentNullException.ThrowIfNull(run);

        if (every == TrainingInterval.Step)
        {
            Add(result.Step, result.Epoch);
        }

        // The schedule has already made its step: these are the rates of the next one.
        inForce = Read(run);
    }

    private static double[] Read(TrainingRun run) => [.. run.Optimizers.SelectMany(optimizer => optimizer.ParamGroups).Select(group => group.LearningRate)];

    private static List<string> NamesOf(TrainingRun run)
    {
        List<string> names = [];

        foreach (var (optimizer, number) in run.Optimizers.Select((optimizer, place) => (optimizer, place + 1)))
        {
            var prefix = run.Optimizers.Count > 1 ? $"optimizer {number} " : "";
            names.AddRange(Enumerable.Range(1, optimizer.ParamGroups.Count()).Select(group => $"{prefix}group {group}"));
        }

        return names.Count == 1 ? ["lr"] : names;
    }

    private void Add(long step, int epoch)
    {
        steps.Add(step);
        epochs.Add(epoch);

        foreach (var (column, rate) in rates.Zip(inForce))
        {
            column.Add(rate);
        }
    }

    private void RemoveLast()
    {
        steps.RemoveAt(steps.Count - 1);
        epochs.RemoveAt(epochs.Count - 1);
        rates.ForEach(column => column.RemoveAt(column.Count - 1));
    }

    private sealed record Lines(List<long> Steps, List<int> Epochs, List<string> Names, List<List<double>> Rates);
}
