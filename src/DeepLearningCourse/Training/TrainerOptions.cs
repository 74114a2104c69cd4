using DeepLearningCourse.Metrics;
using DeepLearningCourse.Optimization;
using Microsoft.Extensions.Logging;
using Spectre.Console;
using static TorchSharp.torch;

namespace DeepLearningCourse.Training;

/// <summary>How a <see cref="Trainer"/> trains.</summary>
public sealed record TrainerOptions
{
    /// <summary>How many times <see cref="Trainer{TBatch}.Fit"/> goes through the training data: the slides' <c>EPOCHS</c>. Default 10, at least 1.</summary>
    public int Epochs { get; init; } = 10;

    /// <summary>How many steps of the optimizer a run makes at most, those before it was resumed included, and not those that were left out because float16 overflowed.
    /// Default: as many as the epochs have.</summary>
    public long? MaxSteps { get; init; }

    /// <summary>How long a run trains at most, the time before it was resumed included; it ends after the step that it is in. Default: no limit.</summary>
    public TimeSpan? MaxTime { get; init; }

    /// <summary>Seeds torch's generators when a run begins. Default: they go on from where they are.</summary>
    public long? Seed { get; init; }

    /// <summary>Whether libtorch may use only algorithms that give the same bits each time, while a run trains
    /// (<see cref="Runtime.LibTorchSettings.DeterministicAlgorithms"/>). Default false: as it is set.</summary>
    public bool Deterministic { get; init; }

    /// <summary>Every how many epochs the network is evaluated on the validation data. Default 1.</summary>
    public int ValidateEveryEpochs { get; init; } = 1;

    /// <summary>Every how many steps the network is evaluated on the validation data as well; after an epoch's last step once, for both. Default: not within
    /// epochs.</summary>
    public int? ValidateEverySteps { get; init; }

    /// <summary>What is measured on the validation data besides the loss. Their names must differ. Default: nothing.</summary>
    public IReadOnlyList<Metric> Metrics { get; init; } = [];

    /// <summary>Who is told what happens. Default: nobody.</summary>
    public IReadOnlyList<ITrainingCallback> Callbacks { get; init; } = [];

    /// <summary>Train on this many batches, the same in each epoch, and validate on no more: a network that cannot learn them by heart has a mistake.
    /// Default: on all.</summary>
    public int? OverfitBatches { get; init; }

    /// <summary>Run one batch of training and one of validation, and neither write a checkpoint nor go on from one: does it run at all? Default false.</summary>
    public bool FastDevRun { get; init; }

    /// <summary>Every how many steps logs and reports get the figures. Default 50.</summary>
    public int LogEverySteps { get; init; } = 50;

    /// <summary>Where messages of a run go. Default: nowhere.</summary>
    public ILogger? Logger { get; init; }

    /// <summary>Whether Ctrl-C, the system's request to terminate (SIGTERM) and a closed terminal (SIGHUP) end a run at the next step, with its checkpoint and history,
    /// in place of the process; a second Ctrl-C or SIGTERM ends the process. A wait for a batch is given up
    /// (<see cref="Data.DataLoader{TBatch}.WithCancellation"/>). Default true.</summary>
    public bool HandleSignals { get; init; } = true;

    /// <summary>Where the network is and each batch is moved to. Default: the device of the network's first parameter.</summary>
    public Device? Device { get; init; }

    /// <summary>Whether to show a progress bar, or a plain line an epoch where the output is redirected. Default true.</summary>
    public bool ShowProgress { get; init; } = true;

    /// <summary>Whether the first batch of a <see cref="Trainer{TBatch}.Fit"/> is checked for silent mistakes, as <see cref="Trainer{TBatch}.Check"/> does it: the
    /// first error ends the run, warnings go to <see cref="TrainingHistory.Warnings"/>. Data, predictions and targets of the first validation batch, and of the first
    /// one of <see cref="Trainer{TBatch}.Evaluate"/>, are checked too; outputs that look as if a sigmoid or softmax had made them cost one sample's pass. Default true.</summary>
    public bool CheckFirstBatch { get; init; } = true;

    /// <summary>Where the progress is shown. Default: the process's console.</summary>
    public IAnsiConsole? Console { get; init; }

    /// <summary>How many batches make one step of the optimizer: the gradients are those of one batch of all their samples, also where the last batches of an
    /// epoch are fewer or smaller. Default 1.</summary>
    public int BatchesPerStep { get; init; } = 1;

    /// <summary>The largest norm of all gradients together; larger ones are scaled down (<see cref="Gradients.ClipNorm"/>). Default: no limit.</summary>
    public double? ClipNorm { get; init; }

    /// <summary>The largest absolute value of each number in a gradient (<see cref="Gradients.ClipValue"/>). Default: no limit.</summary>
    public double? ClipValue { get; init; }

    /// <summary>In what type of number forward and loss of a training batch are computed; evaluation is in the network's own. Default: float32.</summary>
    public Precision Precision { get; init; }

    /// <summary>How the learning rate changes, made from the optimizer that trains. Default: not at all. One that watches a value gets the validation
    /// loss of each epoch that has one (<see cref="ValidateEveryEpochs"/>), or the training loss without validation data.</summary>
    public Schedule? Schedule { get; init; }

    /// <summary>How often <see cref="Schedule"/> makes a step. Default: after each epoch.</summary>
    public TrainingInterval ScheduleEvery { get; init; }

    /// <summary>An average of the network's weights, that is brought up to date while it trains. Validation is of the average; the network keeps its own
    /// weights, and <see cref="WeightAverage.CopyTo"/> puts the average in their place afterwards. Default: none.</summary>
    public WeightAverage? Average { get; init; }

    /// <summary>How often <see cref="Average"/> takes the weights in. Default: after each step, as an exponential average wants it; one of equal parts (SWA) is
    /// usually taken at the ends of epochs.</summary>
    public TrainingInterval AverageEvery { get; init; } = TrainingInterval.Step;

    /// <summary>The first epoch whose weights go into <see cref="Average"/>. Default 1.</summary>
    public int AverageFromEpoch { get; init; } = 1;

    /// <summary>How many threads libtorch computes with during <see cref="Trainer{TBatch}.Fit"/>. Default: 1 where a batch is little work, which several threads would
    /// only slow down, otherwise as many as it is set to. The last bits of a result depend on it.</summary>
    public int? Threads { get; init; }

    /// <summary>The options as a run follows them.</summary>
    internal TrainerOptions Effective() => FastDevRun ? this with { Epochs = 1, OverfitBatches = 1, MaxSteps = null, ValidateEveryEpochs = 1 } : this;

    /// <exception cref="ArgumentOutOfRangeException">An option has a value it cannot have.</exception>
    internal void Validate()
    {
        RequireAtLeastOne(Epochs, nameof(Epochs), "the number of times the data is gone through");
        RequireAtLeastOne(BatchesPerStep, nameof(BatchesPerStep), "the number of batches to a step of the optimizer");
        RequireAtLeastOne(AverageFromEpoch, nameof(AverageFromEpoch), "the first epoch whose weights are averaged");
        RequireAtLeastOne(ValidateEveryEpochs, nameof(ValidateEveryEpochs), "the number of epochs from one validation to the next");
        RequireAtLeastOne(ValidateEverySteps ?? 1, nameof(ValidateEverySteps), "the number of steps from one validation to the next");
        RequireAtLeastOne(MaxSteps ?? 1, nameof(MaxSteps), "the number of steps of the optimizer");
        RequireAtLeastOne(OverfitBatches ?? 1, nameof(OverfitBatches), "the number of batches to be learnt by heart");
        RequireAtLeastOne(LogEverySteps, nameof(LogEverySteps), "the number of steps from one report to the next");
        RequireAtLeastOne(Threads ?? 1, nameof(Threads), "the number of threads that compute");
        RequirePositive(ClipNorm, nameof(ClipNorm));
        RequirePositive(ClipValue, nameof(ClipValue));
        RequirePositive(MaxTime?.TotalSeconds, nameof(MaxTime));
        RequireNames();

        if (Schedule is { NeedsMetric: true } && ScheduleEvery == TrainingInterval.Step)
        {
            throw new ArgumentException("A schedule that watches the validation loss makes its steps after epochs: leave TrainerOptions.ScheduleEvery at Epoch.");
        }
    }

    private void RequireNames()
    {
        ArgumentNullException.ThrowIfNull(Metrics);
        ArgumentNullException.ThrowIfNull(Callbacks);

        if (Metrics.GroupBy(metric => metric.Name).FirstOrDefault(group => group.Count() > 1) is { } twice)
        {
            throw new ArgumentException($"TrainerOptions.Metrics has {twice.Count()} metrics with the name '{twice.Key}', and reports go by names: give one another Name.");
        }
    }

    private static void RequireAtLeastOne(long value, string name, string meaning)
    {
        if (value < 1)
        {
            throw new ArgumentOutOfRangeException(name, value, $"TrainerOptions.{name} is {meaning}: at least 1.");
        }
    }

    private static void RequirePositive(double? value, string name)
    {
        if (value is { } given && !(given > 0))
        {
            throw new ArgumentOutOfRangeException(name, value, $"TrainerOptions.{name} is greater than 0, or null for no limit.");
        }
    }
}
