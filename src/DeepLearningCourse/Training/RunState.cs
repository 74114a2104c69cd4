using System.Text.Json;
using DeepLearningCourse.Checkpoints;
using DeepLearningCourse.Models;
using DeepLearningCourse.Optimization;
using DeepLearningCourse.Optimization.StateFiles;
using TorchSharp;
using static TorchSharp.torch;

namespace DeepLearningCourse.Training;

/// <summary>All that a run needs to go on: writes it to a checkpoint and takes it back.</summary>
internal sealed class RunState<TBatch>(TrainingRun run, LoopParts<TBatch> parts, IReadOnlyList<string> phases)
{
    private const string Model = "model_state_dict";
    private const string Average = "average_state_dict";
    private const string Open = "gradients";
    private const string Generators = "generators";
    private const string Cpu = "cpu";
    private const string CallbackPrefix = "callback: ";

    private readonly TrainerOptions options = run.Options;

    // Before a checkpoint, a schedule or a callback changes it.
    private readonly IReadOnlyList<IReadOnlyDictionary<string, string>>[] given = [.. parts.Steps.Select(step => OptimizerTexts.Groups(step.Optimizer))];

    /// <summary>Writes a checkpoint.</summary>
    public void Save(string path)
    {
        RequireOwnOptimizers();
        using var scope = NewDisposeScope();
        using var withoutGradients = no_grad();
        Dictionary<string, IReadOnlyDictionary<string, Tensor>> sections = new()
        {
            [Model] = parts.Model.state_dict(),
            [Generators] = new Dictionary<string, Tensor> { [Cpu] = get_rng_state() },
        };

        if (options.Average is { } average)
        {
            sections[Average] = average.State;
        }

        if (OpenGradients.Of(parts.Steps) is { Count: > 0 } gradients)
        {
            sections[Open] = gradients;
        }

        Dictionary<string, IReadOnlyDictionary<string, string>> callbacks = [];

        foreach (var (name, callback) in parts.Callbacks.Named())
        {
            if (callback.State is { } state)
            {
                callbacks[name] = state.Values;
                sections[CallbackPrefix + name] = state.Tensors ?? new Dictionary<string, Tensor>();
            }
        }

        var optimizers = phases.Zip(parts.Steps).ToDictionary(pair => pair.First, pair => ((Optimizer)pair.Second.Optimizer).state_dict());
        CheckpointFile.Write(path, Record(callbacks).ToJson(), sections, optimizers);
    }

    /// <summary>Goes on from a checkpoint; if it does not fit, weights and optimizers are as they were.</summary>
    /// <exception cref="CheckpointException">It is damaged, or another run's.</exception>
    public void Restore(string path)
    {
        RequireOwnOptimizers();
        var record = ReadRecord(path);
        ResumeChecks checks = new(path, record, options);
        checks.RequireSamePhases(phases, parts.Steps, parts.Model);
        using var scope = NewDisposeScope();
        using var withoutGradients = no_grad();
        var sections = CheckpointFile.ReadSections(path);
        var states = phases.Select(phase => CheckpointFile.ReadOptimizer(path, phases.Count == 1 ? null : phase)).ToList();

        StepStates.Require(path, "is of another network", () => StateLoader.Require(parts.Model, sections[Model]));
        checks.RequireSameTypes(parts.Model, sections[Model]);
        checks.RequireSameAverage(sections.ContainsKey(Average));
        List<string> warnings = [];
        StepStates.Restore(path, parts.Steps, states, record.Phases, () => RestoreAround(path, record, sections, warnings));
        _ = StateLoader.Load(parts.Model, sections[Model], strict: true, []);
        warnings.AddRange(checks.Differences(parts.Model, parts.Work.Criterion, sections.ContainsKey(Average)));
        warnings.AddRange(IgnoredOptions(path, record, states));
        warnings.AddRange(checks.OtherCallbacks(parts.Callbacks));
        warnings.AddRange(checks.Limits());
        RestoreOpen(record, sections);
        RestoreCallbacks(record, sections);
        RestorePlace(record);
        RestoreHistory(path, record);
        warnings.ForEach(run.Warn);
        RestoreGenerators(record, sections);
    }

    private static RunRecord ReadRecord(string path)
    {
        RunRecord record;

        try
        {
            record = RunRecord.FromJson(CheckpointFile.ReadRecord(path));
        }
        catch (JsonException exception)
        {
            throw new CheckpointException(path, $"is damaged: its record of the run is no JSON that this library wrote. {exception.Message}", isDamaged: true, exception);
        }

        if (record.Format > RunRecord.CurrentFormat)
        {
            throw new CheckpointException(
                path,
                $"was written by {record.Library} in format {record.Format}, and this version reads up to {RunRecord.CurrentFormat}. Use that version or a later one.",
                isDamaged: false);
        }

        return record;
    }

    /// <summary>What else may be of another run: the place in the data, and averages. If one does not fit, the loaders are where they were.</summary>
    private void RestoreAround(string path, RunRecord record, Dictionary<string, Dictionary<string, Tensor>> sections, List<string> warnings)
    {
        var putBack = parts.Train.Remember() + parts.Validation?.Remember();

        try
        {
            RestoreData(path, record, warnings);

            if (options.Average is { } average && sections.TryGetValue(Average, out var averages))
            {
                StepStates.Require(path, "has the averages of another network", () => average.Restore(averages));
            }
        }
        catch
        {
            putBack?.Invoke();
            throw;
        }
    }

    private void RestoreData(string path, RunRecord record, List<string> warnings)
    {
        var isLate = false;
        void Warn(string message) => (isLate ? (Action<string>)run.Warn : warnings.Add)(message);
        var (train, validation) = DataPlace.Of(record, parts.Train.Shares(parts.Validation));

        if (train is not null)
        {
            ResumedData check = new(path, "training data", record.Batch, Warn, record.CudaSeed);
            StepStates.Require(path, "is of other training data", () => parts.Train.GoOn(train, record.Batch, check));
        }

        ResumedData checkValidation = new(path, "validation data", 0, Warn, record.CudaSeed);

        if (validation is not null && parts.Validation is { } source)
        {
            StepStates.Require(path, "is of other validation data", () => source.GoOn(validation, 0, checkValidation));
        }
        else if (record.Format > 1 && (validation is not null) != (parts.Validation is not null))
        {
            checkValidation.Missing(isNow: parts.Validation is not null);
        }

        // Loaders behind LINQ show only when their loops begin.
        isLate = true;
    }

    private IEnumerable<string> IgnoredOptions(string path, RunRecord record, List<OptimizerStateDict> states)
    {
        for (var phase = 0; phase < phases.Count; phase++)
        {
            if (record.Phases[phase].Given is not { } before)
            {
                continue;
            }

            foreach (var sentence in OptimizerTexts.Ignored(path, before, states[phase], given[phase], record.Phases[phase].Schedule))
            {
                yield return sentence;
            }

            // What the run before was made with stays what the state began with.
            given[phase] = before;
        }
    }

    /// <summary>A step of several batches that is not complete, and scales of gradients.</summary>
    private void RestoreOpen(RunRecord record, Dictionary<string, Dictionary<string, Tensor>> sections)
    {
        foreach (var (saved, step) in record.Phases.Zip(parts.Steps))
        {
            step.GoOn(saved.Batches, saved.Weight);

            if (saved.Scaler is not null)
            {
                step.Precision.Scaler?.Restore(saved.Scaler);
            }
        }

        if (sections.TryGetValue(Open, out var gradients))
        {
            OpenGradients.Restore(parts.Steps, gradients);
        }
    }

    private void RestoreCallbacks(RunRecord record, Dictionary<string, Dictionary<string, Tensor>> sections)
    {
        foreach (var (name, callback) in parts.Callbacks.Named())
        {
            if (record.Callbacks.TryGetValue(name, out var values))
            {
                callback.Restore(new CallbackState(values, sections.GetValueOrDefault(CallbackPrefix + name)));
            }
        }
    }

    private void RestorePlace(RunRecord record)
    {
        (run.Epoch, run.Batch, run.Step, run.ElapsedBefore) = (record.Epoch, record.Batch, record.Step, record.Elapsed);
        (run.LastValidatedStep, run.EpochAveraged) = (record.LastValidatedStep, record.EpochAveraged);
        run.Totals = new EpochTotals
        {
            LossSum = record.Totals.LossSum,
            Weight = record.Totals.Weight ?? record.Totals.Samples,
            Samples = record.Totals.Samples,
            Steps = record.Totals.Steps,
            SkippedSteps = record.Totals.SkippedSteps,
            NormSum = record.Totals.NormSum,
            Elapsed = record.Totals.Elapsed,
        };

        run.Totals.GoOn(StepTimes.From(record.Totals.Times));

        foreach (var (name, value) in record.Totals.Values)
        {
            run.Totals.Values[name] = value;
        }

        foreach (var (name, value) in record.Totals.PhaseLosses)
        {
            run.Totals.PhaseLosses[name] = value;
        }

        parts.Threads.GoOn(record.Threads);

        if (record.Ended is { } ended && run.Epoch > options.Epochs | ended == StopReason.EarlyStopped)
        {
            run.Stop(ended);
        }
    }

    private void RestoreHistory(string path, RunRecord record)
    {
        foreach (var epoch in record.Epochs)
        {
            run.History.Add(HistoryRecords.Back(epoch));
        }

        foreach (var validation in record.Validations)
        {
            run.History.Add(HistoryRecords.Back(validation));
        }

        foreach (var warning in record.Warnings)
        {
            run.History.AddWarning(warning);
        }

        run.History.ResumedFrom = path;
    }

    private static void RestoreGenerators(RunRecord record, Dictionary<string, Dictionary<string, Tensor>> sections)
    {
        set_rng_state(sections[Generators][Cpu]);

        if (record.CudaSeed is { } seed && cuda.is_available())
        {
            cuda.manual_seed_all(seed);
        }
    }

    private RunRecord Record(Dictionary<string, IReadOnlyDictionary<string, string>> callbacks) => new()
    {
        Format = RunRecord.CurrentFormat,
        Library = StateFormats.Library.Value,
        Network = parts.Model.GetType().Name,
        Layers = ResumeChecks.Layers(parts.Model),
        Epoch = run.Epoch,
        Batch = run.Batch,
        Step = run.Step,
        Elapsed = run.Elapsed,
        LastValidatedStep = run.LastValidatedStep,
        EpochAveraged = run.EpochAveraged,
        Ended = run.StopReason is StopReason.EarlyStopped or StopReason.Completed ? run.StopReason : null,
        Threads = parts.Threads.Chosen,
        CudaSeed = SeedCuda(),
        Totals = new RunRecord.TotalsRecord(run.Totals.LossSum, run.Totals.Samples, run.Totals.Steps, run.Totals.NormSum, run.Totals.Elapsed)
        {
            Weight = run.Totals.Weight,
            SkippedSteps = run.Totals.SkippedSteps,
            PhaseLosses = run.Totals.PhaseLosses,
            Values = run.Totals.Values,
            Times = run.Totals.Times.Parts,
        },
        TrainPlace = parts.Train.Place(within: run.Batch > 0),
        ValidationPlace = parts.Validation?.Place(within: false),
        Phases = [.. phases.Zip(parts.Steps, given).Select(entry => Phase(entry.First, entry.Second, entry.Third))],
        Epochs = [.. run.History.Epochs.Where(epoch => !epoch.IsPartial).Select(HistoryRecords.Of)],
        Validations = [.. run.History.Validations.Select(HistoryRecords.Of)],
        Warnings = run.History.Warnings,
        Options = OptionTexts.Of(options, parts.Model, parts.Work.Criterion),
        Average = options.Average?.Description,
        Callbacks = callbacks,
        CallbackNames = [.. parts.Callbacks.Named().Select(entry => entry.Name)],
    };

    /// <summary>TorchSharp cannot read the CUDA generator: it is seeded anew with each checkpoint, from what is in it, in the run that goes on and in the resumed one alike.</summary>
    private long? SeedCuda()
    {
        if (!parts.Model.parameters().Any(parameter => parameter.device_type == DeviceType.CUDA))
        {
            return null;
        }

        using var state = get_rng_state();
        var seed = 1469598103934665603L;

        foreach (var value in state.bytes)
        {
            seed = unchecked((seed ^ value) * 1099511628211L);
        }

        seed ^= run.Step;
        cuda.manual_seed_all(seed);
        return seed;
    }

    private RunRecord.PhaseRecord Phase(string name, GradientStep step, IReadOnlyList<IReadOnlyDictionary<string, string>> madeWith) =>
        new(name, OptimizerTexts.Kind(step.Optimizer), step.Batches, step.Weight, step.Schedule?.State, step.Precision.Scaler?.State)
        {
            Given = madeWith,
            Parameters = OptimizerTexts.Parameters(step.Optimizer, parts.Model),
        };

    private void RequireOwnOptimizers() => SavableOptimizers.Require(parts.Steps.Select(step => step.Optimizer));
}
