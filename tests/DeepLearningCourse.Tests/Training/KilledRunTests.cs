using System.Diagnostics;
using System.Globalization;
using DeepLearningCourse.ResumeProbe;
using DeepLearningCourse.Tests.Data;
using DeepLearningCourse.Training;

namespace DeepLearningCourse.Tests.Training;

/// <summary>Kills a training process (SIGKILL) at random moments, also while it writes a checkpoint, and lets it go on until it is through.</summary>
public sealed class KilledRunTests
{
    private static readonly string Probe = Path.Combine(
        AppContext.BaseDirectory.Replace("DeepLearningCourse.Tests", "DeepLearningCourse.ResumeProbe", StringComparison.Ordinal), "DeepLearningCourse.ResumeProbe.dll");

    [Test]
    public void A_killed_run_ends_with_the_weights_of_one_that_was_not() => KillAgainAndAgain(4);

    [Test]
    [Category("Long")]
    public void Fifty_kills_change_no_bit() => KillAgainAndAgain(50);

    private static void KillAgainAndAgain(int times)
    {
        var whole = Undisturbed();
        Random random = new(5);
        var kills = 0;

        while (kills < times)
        {
            using TemporaryFolder folder = new();
            string? end;

            do
            {
                end = Run(folder.FullName, workers: random.Next(3), kill: kills < times ? random.Next(1, 6) : int.MaxValue, delay: random.Next(12));
                kills += end is null ? 1 : 0;
            }
            while (end is null);

            Assert.That(end, Is.EqualTo($"{StopReason.Completed} {whole}"), $"after {kills} kills in all");
        }
    }

    /// <summary>Runs the program, and kills it some milliseconds after some steps.</summary>
    /// <returns>What it said at its end; null if it was killed before.</returns>
    private static string? Run(string folder, int workers, int kill, int delay)
    {
        ProcessStartInfo start = new("dotnet", [Probe, folder, workers.ToString(CultureInfo.InvariantCulture)]) { RedirectStandardOutput = true };
        using var process = Process.Start(start)!;
        var steps = 0;

        while (process.StandardOutput.ReadLine() is { } line)
        {
            if (line.StartsWith(nameof(StopReason.Completed), StringComparison.Ordinal))
            {
                process.WaitForExit();
                return line;
            }

            if (line != "started" && ++steps == kill)
            {
                Thread.Sleep(delay);
                process.Kill();
            }
        }

        process.WaitForExit();
        Assert.That(process.ExitCode, Is.Not.Zero.And.Not.EqualTo(134), "the program ended by itself");
        return null;
    }

    private static string Undisturbed()
    {
        using Scenario scenario = new(numWorkers: 0);
        scenario.Fit(scenario.Trainer([]));
        return scenario.Fingerprint();
    }
}
