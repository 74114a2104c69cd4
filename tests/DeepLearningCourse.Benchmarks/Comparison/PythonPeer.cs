using System.Diagnostics;
using System.Globalization;

namespace DeepLearningCourse.Benchmarks.Comparison;

/// <summary>A Python that runs PyTorch when asked, so that its start is not timed.</summary>
internal sealed class PythonPeer : IDisposable
{
    private readonly Process process;
    private string lastError = "";

    private PythonPeer(Process process)
    {
        this.process = process;
        process.ErrorDataReceived += (_, line) => lastError = line.Data is { Length: > 0 } text ? text : lastError;
        process.BeginErrorReadLine();
        Version = process.StandardOutput.ReadLine() ?? "";
    }

    public string Version { get; }

    /// <summary>Starts a folder's peer.py in the Python with PyTorch, and says so; null if there is none.</summary>
    public static PythonPeer? TryStart(string folder)
    {
        var script = Path.Combine(AppContext.BaseDirectory, folder, "peer.py");
        var start = new ProcessStartInfo("/usr/bin/python3", [script]) { RedirectStandardInput = true, RedirectStandardOutput = true, RedirectStandardError = true };
        start.Environment["PYTHONPATH"] = Path.Combine(AppContext.BaseDirectory, "Comparison");
        var peer = File.Exists(start.FileName) ? new PythonPeer(Process.Start(start)!) : null;

        if (peer is { Version: "" })
        {
            peer.Dispose();
            peer = null;
        }

        Console.WriteLine(peer is null ? "PyTorch is not installed (python3-torch): its rows are left out." : $"PyTorch {peer.Version}");
        return peer;
    }

    /// <summary>Has something run; the seconds that the script answers.</summary>
    public double Seconds(string request)
    {
        process.StandardInput.WriteLine(request);
        return process.StandardOutput.ReadLine() is { } answer
            ? double.Parse(answer, CultureInfo.InvariantCulture)
            : throw new InvalidOperationException($"Python ended at \"{request}\": {lastError}");
    }

    public void Dispose()
    {
        process.StandardInput.Close();
        process.WaitForExit();
        process.Dispose();
    }
}
