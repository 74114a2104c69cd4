using System.Diagnostics;
using DeepLearningCourse.Training;

namespace DeepLearningCourse.Tests.Training;

/// <summary>Starts the program that trains until it gets through, and kills it (SIGKILL) on its way.</summary>
internal sealed class KilledRun
{
    public static string Probe { get; } = Path.Combine(
        AppContext.BaseDirectory.Replace("DeepLearningCourse.Tests", "DeepLearningCourse.ResumeProbe", StringComparison.Ordinal), "DeepLearningCourse.ResumeProbe.dll");

    /// <summary>How often it was killed.</summary>
    public int Kills { get; private set; }

    /// <summary>How many of the kills came during a validation.</summary>
    public int InValidation { get; private set; }

    /// <summary>Runs the program, and kills it after some of its lines, which it writes after each step and before each validation.</summary>
    /// <param name="arguments">What the program is told.</param>
    /// <param name="lines">After how many lines.</param>
    /// <param name="delay">How many milliseconds after the line.</param>
    /// <returns>What it said at its end; null if it was killed before.</returns>
    public string? Start(string[] arguments, int lines, int delay) => Start(arguments, process =>
    {
        string? last = null;
        var seen = 0;

        while (process.StandardOutput.ReadLine() is { } line)
        {
            if (line.StartsWith(nameof(StopReason.Completed), StringComparison.Ordinal))
            {
                return line;
            }

            Assert.That(line, Does.Not.StartWith("warning: "));
            last = line;

            if (line != "started" && ++seen == lines)
            {
                Thread.Sleep(delay);
                process.Kill();
            }
        }

        InValidation += last == "validation" ? 1 : 0;
        return null;
    });

    /// <summary>Runs the program, and does what may kill it.</summary>
    /// <returns>What the action returned; null counts as a kill.</returns>
    public string? Start(string[] arguments, Func<Process, string?> watch)
    {
        using var process = Process.Start(new ProcessStartInfo("dotnet", [Probe, .. arguments]) { RedirectStandardOutput = true })!;
        var end = watch(process);
        process.WaitForExit();

        if (end is null)
        {
            Kills++;
            Assert.That(process.ExitCode, Is.Not.Zero.And.Not.EqualTo(134), "the program ended by itself");
        }

        return end;
    }
}
