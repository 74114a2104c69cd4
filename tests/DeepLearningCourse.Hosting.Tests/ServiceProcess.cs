using System.Diagnostics;
using System.Runtime.InteropServices;
using System.Text;
using System.Text.RegularExpressions;
using DeepLearningCourse.Tests;

namespace DeepLearningCourse.Hosting.Tests;

/// <summary>The example training-service, started as a program of its own on a free port.</summary>
internal sealed partial class ServiceProcess : IDisposable
{
    private readonly Process process;
    private readonly StringBuilder output = new();
    private readonly TaskCompletionSource<Uri> listening = new(TaskCreationOptions.RunContinuationsAsynchronously);

    private ServiceProcess(string folder, long epochs)
    {
        process = new Process
        {
            StartInfo = new ProcessStartInfo("dotnet", [Program, "--urls", "http://127.0.0.1:0", "--Training:Folder", folder, "--Training:Epochs", $"{epochs}"])
            {
                RedirectStandardOutput = true,
                RedirectStandardError = true,
            },
            EnableRaisingEvents = true,
        };
        process.OutputDataReceived += Read;
        process.ErrorDataReceived += Read;
        process.Exited += (_, _) => listening.TrySetException(new InvalidOperationException($"The example ended before it listened: {Output}"));
        _ = process.Start();
        process.BeginOutputReadLine();
        process.BeginErrorReadLine();
    }

    public HttpClient Client { get; } = new();

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

    private static string Program { get; } = BuiltProgram();

    public static async Task<ServiceProcess> Start(string folder, long epochs, CancellationToken timeout)
    {
        ServiceProcess service = new(folder, epochs);
        service.Client.BaseAddress = await service.listening.Task.WaitAsync(timeout);
        return service;
    }

    /// <summary>Asks it to end, as the system does (SIGTERM, 15) or a terminal that is closed (SIGHUP, 1).</summary>
    /// <returns>Its exit code.</returns>
    public async Task<int> Terminate(CancellationToken timeout, int signal = 15)
    {
        Assert.That(Kill(process.Id, signal), Is.Zero);
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
        Client.Dispose();
    }

    private static string BuiltProgram()
    {
        var own = Path.GetRelativePath(Repository.PathOf("tests/DeepLearningCourse.Hosting.Tests"), AppContext.BaseDirectory);
        return Path.Combine(Repository.PathOf("examples/training-service"), own, "training-service.dll");
    }

    private void Read(object sender, DataReceivedEventArgs line)
    {
        lock (output)
        {
            _ = output.AppendLine(line.Data);
        }

        if (Address().Match(line.Data ?? "") is { Success: true } match)
        {
            _ = listening.TrySetResult(new Uri(match.Groups[1].Value));
        }
    }

    [LibraryImport("libc", EntryPoint = "kill")]
    private static partial int Kill(int process, int signal);

    [GeneratedRegex(@"(http://127\.0\.0\.1:\d+)")]
    private static partial Regex Address();
}
