using System.Diagnostics;
using System.Globalization;
using DeepLearningCourse.Tests.Data;

namespace DeepLearningCourse.Tests.Training;

[Platform("Linux")]
public sealed class SignalTests
{
    private const int LimitMilliseconds = 60_000;

    // Half a second is what a sample has to come back by itself; the rest is a busy machine's, which writes a checkpoint meanwhile.
    private const int AtOnceMilliseconds = 10_000;

    private static readonly string Probe = Path.Combine(
        AppContext.BaseDirectory.Replace("DeepLearningCourse.Tests", "DeepLearningCourse.ResumeProbe", StringComparison.Ordinal), "DeepLearningCourse.ResumeProbe.dll");

    [Test, TimeLimit(120), Attack]
    public void A_signal_ends_the_run_with_a_checkpoint_and_not_the_process([Values("INT", "TERM", "HUP")] string signal)
    {
        using TemporaryFolder folder = new();
        using var process = Start(folder.FullName, 0);
        var said = Read(process, "3");
        Send(signal, process);
        said.AddRange(Rest(process).Split('\n'));

        Assert.That(said, Has.Some.StartsWith("Interrupted "));
        Assert.That(process.ExitCode, Is.Zero);
        var last = LastCheckpoint(folder);
        Assert.That(last, Is.LessThan(15), "the run did not end at the next step");
        Assert.That(last, Is.EqualTo(LastStep(said)));
        AttackRecords.Add("Stopping a training", $"SIG{signal} to a training process", $"it ended at step {last} with its checkpoint and exit code {process.ExitCode}");
    }

    [Test, TimeLimit(120), Attack]
    public void A_signal_ends_a_run_whose_sample_hangs([Values("INT", "TERM", "HUP")] string signal, [Values(0, 2)] int workers)
    {
        using TemporaryFolder folder = new();
        using var process = Start(folder.FullName, workers, "wait");
        var said = Read(process, "hangs");
        Send(signal, process);
        var took = Stopwatch.StartNew();

        Assert.That(process.WaitForExit(AtOnceMilliseconds), "the run waits for the sample");
        Assert.That(process.ExitCode, Is.Zero);
        took.Stop();
        said.AddRange(Rest(process).Split('\n'));
        Assert.That(said, Has.Some.StartsWith("Interrupted "));
        Assert.That(LastCheckpoint(folder), Is.EqualTo(LastStep(said)).And.GreaterThan(0));
        AttackRecords.Add(
            "Stopping a training", $"SIG{signal} to a training process whose sample hangs, {workers} workers", $"it ended after {took.ElapsedMilliseconds} ms with its checkpoint");
    }

    [Test, TimeLimit(120), Attack]
    public void A_read_that_the_system_does_not_end_is_waited_for_by_a_loop_without_workers_alone([Values(0, 2)] int workers)
    {
        using TemporaryFolder folder = new();
        using (var pipe = Process.Start("mkfifo", [folder["pipe"]]))
        {
            pipe.WaitForExit();
        }

        using var process = Start(folder["run"], workers, "read", folder["pipe"]);
        Read(process, "hangs");
        Send("INT", process);

        if (workers == 0)
        {
            Assert.That(process.WaitForExit(2_000), Is.False, "nothing can end the read");
            Send("INT", process);
        }

        Assert.That(process.WaitForExit(AtOnceMilliseconds));
        Assert.That(process.ExitCode, Is.EqualTo(workers == 0 ? 130 : 0));
        AttackRecords.Add(
            "Stopping a training", $"Ctrl-C while a sample is read from a pipe that nobody writes to, {workers} workers",
            workers == 0 ? "the second Ctrl-C ended the process" : "the first one ended the run, with its checkpoint");
    }

    [Test, TimeLimit(120)]
    public void A_second_interrupt_ends_the_process_at_once([Values("INT", "TERM")] string signal)
    {
        using TemporaryFolder folder = new();
        using var process = Start(folder.FullName, 0, "hang");
        Read(process, "hangs");
        Send(signal, process);
        Assert.That(process.WaitForExit(500), Is.False, "the first one waits for the step");

        Send(signal, process);

        Assert.That(process.WaitForExit(AtOnceMilliseconds), Is.True);
        Assert.That(process.ExitCode, Is.EqualTo(signal == "INT" ? 130 : 143));
    }

    [Test, TimeLimit(120), Attack]
    public void A_terminal_that_hangs_up_again_and_again_costs_no_checkpoint()
    {
        using TemporaryFolder folder = new();
        using var process = Start(folder.FullName, 0, "wait");
        Read(process, "hangs");

        // All of them while the run waits for its sample: after its end a signal ends the process, as it should.
        using (var kill = Process.Start("sh", ["-c", string.Concat(Enumerable.Repeat($"kill -HUP {process.Id};", 5))]))
        {
            kill.WaitForExit();
        }

        Assert.That(Rest(process), Does.Contain("Interrupted "));
        Assert.That(process.ExitCode, Is.Zero);
        AttackRecords.Add("Stopping a training", "SIGHUP five times in a row", "the run ended with its checkpoint and exit code 0");
    }

    [Test, TimeLimit(120), Attack]
    public void A_terminal_that_is_closed_ends_the_run_with_a_checkpoint()
    {
        using TemporaryFolder folder = new();

        // script gives the program a terminal, which is gone with script.
        using var terminal = Process.Start(new ProcessStartInfo("script", ["-qefc", $"dotnet {Probe} {folder["run"]} 0 progress wait", "/dev/null"])
        {
            RedirectStandardOutput = true,
            RedirectStandardInput = true,
        })!;
        var last = folder["run/step-0000000003.pt"];
        Assert.That(() => File.Exists(last), Is.True.After(LimitMilliseconds, 20));
        Thread.Sleep(200);
        var before = File.GetLastWriteTimeUtc(last);

        terminal.Kill();

        // The last checkpoint of a run takes the place of the one at its step.
        Assert.That(() => File.GetLastWriteTimeUtc(last), Is.GreaterThan(before).After(AtOnceMilliseconds, 20));
        AttackRecords.Add("Stopping a training", "its terminal closed while a sample hung", "the run ended with its checkpoint");
    }

    [Test, TimeLimit(120)]
    public void A_program_that_is_to_outlive_its_terminal_does()
    {
        using TemporaryFolder folder = new();
        using var process = Process.Start(new ProcessStartInfo("nohup", ["dotnet", Probe, folder.FullName, "0"])
        {
            RedirectStandardOutput = true,
            RedirectStandardInput = true,
        })!;
        Read(process, "3");
        Send("HUP", process);

        Assert.That(Rest(process), Does.Contain("Completed "));
    }

    [Test, TimeLimit(120), Attack]
    public void A_signal_while_the_last_checkpoint_is_written_costs_it_nothing()
    {
        using TemporaryFolder folder = new();
        using var process = Start(folder.FullName, 0, "late");

        Assert.That(Rest(process), Does.Contain("Completed "));
        Assert.That(process.ExitCode, Is.Zero);
        AttackRecords.Add("Stopping a training", "SIGTERM at the moment of the last checkpoint", "the checkpoint was written, exit code 0");
    }

    private static Process Start(string folder, int workers, params string[] more) =>
        // A shell's background job ignores interrupts, and so would the probe of a suite that runs in one.
        Process.Start(new ProcessStartInfo("env", ["--default-signal=INT,TERM,HUP", "dotnet", Probe, folder, workers.ToString(CultureInfo.InvariantCulture), .. more])
        {
            RedirectStandardOutput = true,
        })!;

    /// <summary>What the program says until it says something; with that.</summary>
    private static List<string> Read(Process process, string until)
    {
        List<string> lines = [];
        var reading = Task.Run(() =>
        {
            while (process.StandardOutput.ReadLine() is { } line)
            {
                lines.Add(line);

                if (line == until)
                {
                    return;
                }
            }
        });
        Limit(process, reading);
        return lines;
    }

    private static string Rest(Process process)
    {
        var reading = process.StandardOutput.ReadToEndAsync();
        Limit(process, reading);
        process.WaitForExit();
        return reading.Result;
    }

    private static void Limit(Process process, Task reading)
    {
        if (!reading.Wait(LimitMilliseconds))
        {
            process.Kill();
            Assert.Fail($"The process did not say what was waited for in {LimitMilliseconds} ms.");
        }
    }

    private static int LastStep(List<string> said) => said.Where(line => int.TryParse(line, out _)).Max(line => int.Parse(line, CultureInfo.InvariantCulture));

    private static int LastCheckpoint(TemporaryFolder folder) =>
        Directory.EnumerateFiles(folder.FullName, "step-*.pt").Max(file => int.Parse(Path.GetFileNameWithoutExtension(file)["step-".Length..], CultureInfo.InvariantCulture));

    private static void Send(string signal, Process process)
    {
        using var kill = Process.Start("kill", [$"-{signal}", process.Id.ToString(CultureInfo.InvariantCulture)]);
        kill.WaitForExit();
    }
}
