// The tests start this program, kill it and start it again until it says that the run is complete, and what came out of it.
using System.Globalization;
using System.Reflection;
using DeepLearningCourse.ResumeProbe;
using DeepLearningCourse.Training;

if (args[0] == "program")
{
    // A compiled program of a document, as it stands, in a folder of its own. It draws its first weights from torch's generator.
    _ = TorchSharp.torch.manual_seed(1);
    Environment.CurrentDirectory = args[2];
    var main = Assembly.LoadFrom(args[1]).EntryPoint!;
    _ = main.Invoke(null, main.GetParameters().Length == 0 ? null : [Array.Empty<string>()]);
    Console.WriteLine(StopReason.Completed);
    return;
}

using Scenario scenario = new(numWorkers: int.Parse(args[1], CultureInfo.InvariantCulture), data: args.ElementAtOrDefault(2) is { } data && Scenario.Data.Contains(data) ? data : "separate")
{
    HandleSignals = true,
};

if (args.Contains("hang"))
{
    scenario.BatchSeen = number => Thread.Sleep(number == 5 ? Timeout.Infinite : 0);
}

Console.WriteLine("started");
var history = scenario.Run(args[0], ResumeFrom.Auto, new Moments());
history.Warnings.ToList().ForEach(warning => Console.WriteLine($"warning: {warning}"));
Console.WriteLine($"{history.StopReason} {scenario.Fingerprint()}");

/// <summary>Says how far the run is, so that a test can kill it where it likes.</summary>
internal sealed class Moments : ITrainingCallback
{
    public void OnStepEnded(TrainingRun run, StepResult result) => Console.WriteLine(result.Step.ToString(CultureInfo.InvariantCulture));

    public void OnValidationStarted(TrainingRun run) => Console.WriteLine("validation");
}
