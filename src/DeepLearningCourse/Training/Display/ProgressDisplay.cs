using System.Diagnostics.CodeAnalysis;
using System.Runtime.ExceptionServices;
using DeepLearningCourse.Runtime;
using Spectre.Console;

namespace DeepLearningCourse.Training.Display;

/// <summary>What a person sees while a network trains: a live table, plain lines, or HTML in a notebook. Whatever goes wrong with it ends the display, not the run.</summary>
internal abstract class ProgressDisplay : ITrainingCallback
{
    private bool isBroken;
    private int warningsShown;

    public int Order => int.MaxValue;

    /// <summary>Runs a training under the display that fits the options, the notebook and the console; null if there is to be none.</summary>
    public static TrainingHistory Show(TrainerOptions options, Func<ProgressDisplay?, TrainingHistory> run)
    {
        if (!options.ShowProgress)
        {
            return run(null);
        }

        if (options.Console is null && Notebook.Current is { } notebook)
        {
            return run(new HtmlProgress(notebook, TimeProvider.System));
        }

        var console = options.Console ?? AnsiConsole.Console;
        return console.Profile.Capabilities is { Interactive: true, Ansi: true } ? ShowLive(console, run) : run(new ProgressLines(console, TimeProvider.System));
    }

    public void OnFitStarted(TrainingRun run) => Try(run, static (display, run) => display.Started(run));

    public void OnEpochStarted(TrainingRun run) => Try(run, static (display, run) => display.EpochStarted(run));

    public void OnStepEnded(TrainingRun run, StepResult result)
    {
        if (!isBroken && IsDue(run))
        {
            Try(run, static (display, run) => display.StepEnded(run));
        }
    }

    public void OnValidationStarted(TrainingRun run) => Try(run, static (display, run) => display.ValidationStarted(run));

    public void OnValidated(TrainingRun run, Evaluation validation) => Try(run, static (display, run) => display.Validated(run));

    public void OnEpochEnded(TrainingRun run, EpochResult epoch) => Try(run, static (display, run) => display.EpochEnded(run, run.History.Epochs[^1]));

    public void OnFitEnded(TrainingRun run, TrainingHistory history) => Try(run, static (display, run) => display.Ended(run, RunText.Ended(run)));

    public void OnFailed(TrainingRun run, Exception exception) => Try(run, static (display, run) => display.Ended(run, RunText.Failed(run)));

    /// <summary>Whether there is something to show after this step; costs next to nothing and allocates nothing.</summary>
    protected abstract bool IsDue(TrainingRun run);

    protected virtual void Started(TrainingRun run)
    {
    }

    protected virtual void EpochStarted(TrainingRun run)
    {
    }

    protected virtual void StepEnded(TrainingRun run)
    {
    }

    protected virtual void ValidationStarted(TrainingRun run)
    {
    }

    protected virtual void Validated(TrainingRun run)
    {
    }

    protected abstract void EpochEnded(TrainingRun run, EpochResult epoch);

    protected abstract void Ended(TrainingRun run, string text);

    protected abstract void Warn(string warning);

    /// <summary>Runs a training under the live display; as lines, if something else has the console already.</summary>
    [SuppressMessage("Design", "CA1031", Justification = "A display that cannot be shown is no reason to lose the run.")]
    private static TrainingHistory ShowLive(IAnsiConsole console, Func<ProgressDisplay?, TrainingHistory> run)
    {
        LiveProgress live = new(console, TimeProvider.System);
        TrainingHistory? history = null;
        ExceptionDispatchInfo? failure = null;
        var began = false;

        try
        {
            live.Start(() =>
            {
                began = true;

                try
                {
                    history = run(live);
                }
                catch (Exception exception)
                {
                    failure = ExceptionDispatchInfo.Capture(exception);
                }
            });
        }
        catch (Exception)
        {
            // Before the run it is made up for below; after it, there is nothing more to show.
        }

        failure?.Throw();
        return began ? history! : run(new ProgressLines(console, TimeProvider.System));
    }

    [SuppressMessage("Design", "CA1031", Justification = "A console that is gone is no reason to lose the run.")]
    private void Try(TrainingRun run, Action<ProgressDisplay, TrainingRun> show)
    {
        if (isBroken)
        {
            return;
        }

        try
        {
            for (; warningsShown < run.History.Warnings.Count; warningsShown++)
            {
                Warn(run.History.Warnings[warningsShown]);
            }

            show(this, run);
        }
        catch (Exception)
        {
            isBroken = true;
        }
    }
}
