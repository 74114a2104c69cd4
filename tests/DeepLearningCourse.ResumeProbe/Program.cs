// The tests start this program, kill it and start it again until it says that the run is complete, and what came out of it.
using System.Globalization;
using DeepLearningCourse.ResumeProbe;
using DeepLearningCourse.Training;

using Scenario scenario = new(numWorkers: int.Parse(args[1], CultureInfo.InvariantCulture), data: args.ElementAtOrDefault(2) is { } data && Scenario.Data.Contains(data) ? data : "separate")
{
    HandleSignals = true,
};

if (args.Contains("hang"))
{
    scenario.BatchSeen = number => Thread.Sleep(number == 5 ? Timeout.Infinite : 0);
}

Console.WriteLine("started");
var history = scenario.Run(args[0], ResumeFrom.Auto, new Steps());
Console.WriteLine($"{history.StopReason} {scenario.Fingerprint()}");

/// <summary>Says how far the run is, so that a test can kill it where it likes.</summary>
internal sealed class Steps : ITrainingCallback
{
    public void OnStepEnded(TrainingRun run, StepResult result) => Console.WriteLine(result.Step.ToString(CultureInfo.InvariantCulture));
}
