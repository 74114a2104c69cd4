// The tests start this program, kill it and start it again until it says that the run is complete, and what came out of it.
using System.Diagnostics;
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
    ShowProgress = args.Contains("progress"),
};
var hangs = false;

// In the network, in a wait of the data's, or in a call of the data's into the system that does not come back.
if (args.Contains("hang"))
{
    scenario.BatchSeen = number => Hang(number == 5, () => Thread.Sleep(Timeout.Infinite));
}
else if (args.Contains("wait"))
{
    scenario.SampleSeen = number => Hang(number == 40, () => Thread.Sleep(Timeout.Infinite));
}
else if (args.Contains("read"))
{
    scenario.SampleSeen = number => Hang(number == 40, () => File.ReadAllBytes(args[^1]));
}

Moments.Say("started");
var history = scenario.Run(args[0], ResumeFrom.Auto, new Moments(late: args.Contains("late")));
history.Warnings.ToList().ForEach(warning => Moments.Say($"warning: {warning}"));
Moments.Say($"{history.StopReason} {scenario.Fingerprint()}");

void Hang(bool isTime, Action hang)
{
    if (isTime && !hangs)
    {
        hangs = true;
        Moments.Say("hangs");
        hang();
    }
}

/// <summary>Says how far the run is, so that a test can kill it where it likes.</summary>
/// <param name="late">Whether the run is asked to terminate when it is about to write its last checkpoint.</param>
internal sealed class Moments(bool late) : ITrainingCallback
{
    public void OnStepEnded(TrainingRun run, StepResult result) => Say(result.Step.ToString(CultureInfo.InvariantCulture));

    public void OnValidationStarted(TrainingRun run) => Say("validation");

    public void OnCheckpoint(TrainingRun run, CheckpointMoment moment)
    {
        if (late && moment == CheckpointMoment.End)
        {
            Process.Start("kill", ["-TERM", Environment.ProcessId.ToString(CultureInfo.InvariantCulture)]).WaitForExit();
            Thread.Sleep(500);
        }
    }

    /// <summary>Writes a line.</summary>
    public static void Say(string line)
    {
        try
        {
            Console.WriteLine(line);
        }
        catch (IOException)
        {
            // The terminal was closed.
        }
    }
}
