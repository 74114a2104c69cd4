using System.Diagnostics;
using System.Globalization;
using DeepLearningCourse.Tests.Data;

namespace DeepLearningCourse.Tests.Training;

[Platform("Linux")]
public sealed class SignalTests
{
    private static readonly string Probe = Path.Combine(
        AppContext.BaseDirectory.Replace("DeepLearningCourse.Tests", "DeepLearningCourse.ResumeProbe", StringComparison.Ordinal), "DeepLearningCourse.ResumeProbe.dll");

    [Test, TimeLimit(120)]
    public void A_signal_ends_the_run_with_a_checkpoint_and_not_the_process([Values("INT", "TERM")] string signal)
    {
        using TemporaryFolder folder = new();
        using var process = Start(folder.FullName);
        Read(process, "3");
        Send(signal, process);
        var rest = process.StandardOutput.ReadToEnd();
        process.WaitForExit();

        Assert.That(rest, Does.Contain("Interrupted "));
        Assert.That(process.ExitCode, Is.Zero);
        var last = Directory.EnumerateFiles(folder.FullName).Order().Last();
        Assert.That(rest.Trim().Split('\n'), Has.Length.LessThan(12), "the run did not end at the next step");
        Assert.That(Path.GetFileName(last), Is.EqualTo($"step-{rest.Trim().Split('\n').Select(line => line.Trim()).Where(line => int.TryParse(line, out _)).Append("3").Max(line => int.Parse(line, CultureInfo.InvariantCulture)):D10}.pt"));
    }

    [Test, TimeLimit(120)]
    public void A_second_interrupt_ends_the_process_at_once()
    {
        using TemporaryFolder folder = new();
        using var process = Start(folder.FullName, "hang");
        Read(process, "1");
        Thread.Sleep(300);
        Send("INT", process);
        Assert.That(process.WaitForExit(500), Is.False, "the first one waits for the step");

        Send("INT", process);

        Assert.That(process.WaitForExit(10_000), Is.True);
        Assert.That(process.ExitCode, Is.EqualTo(130));
    }

    // A shell's background job ignores interrupts, and so would the probe of a suite that runs in one.
    private static Process Start(string folder, params string[] more) =>
        Process.Start(new ProcessStartInfo("env", ["--default-signal=INT,TERM", "dotnet", Probe, folder, "0", .. more]) { RedirectStandardOutput = true })!;

    private static void Read(Process process, string until)
    {
        while (process.StandardOutput.ReadLine() is { } line && line != until)
        {
        }
    }

    private static void Send(string signal, Process process)
    {
        using var kill = Process.Start("kill", [$"-{signal}", process.Id.ToString(CultureInfo.InvariantCulture)]);
        kill.WaitForExit();
    }
}
