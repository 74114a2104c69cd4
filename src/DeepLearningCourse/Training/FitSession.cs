using DeepLearningCourse.Data.Loading;
using DeepLearningCourse.Models;
using DeepLearningCourse.Optimization;
using DeepLearningCourse.Training.Display;
using static TorchSharp.torch;

namespace DeepLearningCourse.Training;

/// <summary>One call of <see cref="Trainer{TBatch}.Fit"/>: puts the parts together, goes on from a checkpoint, runs the loop, and tells the callbacks how it ended.</summary>
internal sealed class FitSession<TBatch>(
    nn.Module model, IReadOnlyList<(string Name, optim.Optimizer Optimizer, Schedule? Schedule)> phases, BatchWork<TBatch> work,
    IReadOnlyList<PrecisionPolicy> precisions, TrainerOptions options, StopRequest stop, bool isTrial = false)
{
    private readonly TrainingHistory history = new();

    public TrainingHistory Run(IEnumerable<TBatch> train, IEnumerable<TBatch>? validation, ResumeFrom? resume, IProgress<TrainingProgress>? progress)
    {
        var limit = options.OverfitBatches;
        HashSet<IRunLoader> settled = [];
        using BatchSource<TBatch> source = new(train, limit, repeats: limit is not null, settled);
        using var validationSource = validation is null ? null : new BatchSource<TBatch>(validation, limit, settled: settled);

        return ProgressDisplay.Show(options, display =>
        {
            using TrainingClaim claim = new(model);
            using ThreadChoice threads = new(options.Threads);
            LoopParts<TBatch> parts = new(
                model, work, Steps(), new EvaluationLoop<TBatch>(model, work, options, "Validation"), source, validationSource, Callbacks(display, progress), stop, threads);
            return Run(parts, resume);
        });
    }

    private TrainingHistory Run(LoopParts<TBatch> parts, ResumeFrom? resume)
    {
        TrainingRun run = new(model, [.. phases.Select(phase => phase.Optimizer)], options, history, stop, parts.Train.Count);
        RunState<TBatch> state = new(run, parts, [.. phases.Select(phase => phase.Name)]);
        run.Write = state.Save;

        try
        {
            using var deterministic = new DeterministicRegion(options.Deterministic);
            using var guard = isTrial ? null : new SingleSampleGuard(model, () => new Place(run.Epoch, run.Batch, history));
            Start(run, state, resume);
            parts.Callbacks.FitStarted(run);
            new TrainingLoop<TBatch>(run, parts).Run();
            history.Steps = run.Step;
            history.StopReason = stop.Reason ?? StopReason.Completed;
            parts.Callbacks.Save(run, CheckpointMoment.End);
            parts.Callbacks.FitEnded(run);
        }
        catch (Exception exception)
        {
            history.Steps = run.Step;
            history.StopReason = StopReason.Failed;
            parts.Callbacks.Failed(run, exception);
            throw;
        }

        return history;
    }

    private void Start(TrainingRun run, RunState<TBatch> state, ResumeFrom? resume)
    {
        // A trial of one batch would have nothing to do where the epochs are trained.
        if (ResumePoint.Find(resume, options) is { Count: > 0 } files && !options.FastDevRun)
        {
            ResumePoint.Restore(files, run, state.Restore);
        }
        else if (options.Seed is { } seed)
        {
            _ = manual_seed(seed);
        }
    }

    private List<GradientStep> Steps() =>
        [.. phases.Zip(precisions).Select(pair => new GradientStep(pair.First.Optimizer, pair.First.Schedule, options, pair.Second, work.IsSum))];

    private CallbackList Callbacks(ProgressDisplay? display, IProgress<TrainingProgress>? progress)
    {
        List<ITrainingCallback> all = [.. options.Callbacks, new RunTelemetry()];

        if (options.Logger is { } logger)
        {
            all.Add(new RunLog(logger));
        }

        if (display is not null)
        {
            all.Add(display);
        }

        if (progress is not null)
        {
            all.Add(new ProgressReports(progress));
        }

        return new CallbackList(all);
    }
}
