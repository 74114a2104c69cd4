using System.Diagnostics;
using System.Runtime.InteropServices;
using System.Text;

namespace DeepLearningCourse.Notebooks.Tests;

/// <summary>The tool as a program of its own, which may be ended.</summary>
internal sealed partial class ToolProcess : IDisposable
{
    private const int Sigterm = 15;

    private readonly Process process;
    private readonly StringBuilder output = new();

    public ToolProcess(params string[] arguments)
    {
        process = new Process
        {
            StartInfo = new ProcessStartInfo("dotnet", [Path.Combine(AppContext.BaseDirectory, "dlc-notebook.dll"), .. arguments])
            {
                RedirectStandardOutput = true,
                RedirectStandardError = true,
            },
        };
        process.OutputDataReceived += Read;
        process.ErrorDataReceived += Read;
        process.Start();
        process.BeginOutputReadLine();
        process.BeginErrorReadLine();
    }

    public string Output
    {
        get
        {
            lock (output)
            {
                return output.ToString();
            }
        }
    }

    /// <summary>Waits until it has printed something.</summary>
    public async Task Printed(string text, CancellationToken timeout)
    {
        while (!Output.Contains(text, StringComparison.Ordinal))
        {
            Assert.That(process.HasExited, Is.False, Output);
            await Task.Delay(10, timeout);
        }
    }

    public void Terminate() => Assert.That(Kill(process.Id, Sigterm), Is.Zero);

    /// <summary>Waits for its end, and tells its exit code.</summary>
    public async Task<int> Ended(CancellationToken timeout)
    {
        await process.WaitForExitAsync(timeout);
        return process.ExitCode;
    }

    public void Dispose()
    {
        if (!process.HasExited)
        {
            process.Kill();
        }

        process.Dispose();
    }

    private void Read(object sender, DataReceivedEventArgs line)
    {
        lock (output)
        {
            output.AppendLine(line.Data);
        }
    }

    [LibraryImport("libc", EntryPoint = "kill")]
    private static partial int Kill(int process, int signal);
}
