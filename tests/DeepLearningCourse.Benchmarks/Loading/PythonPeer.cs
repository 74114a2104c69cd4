using System.Diagnostics;
using System.Globalization;

namespace DeepLearningCourse.Benchmarks.Loading;

/// <summary>A Python that runs PyTorch's loader when asked, so that its start is not timed.</summary>
internal sealed class PythonPeer : IDisposable
{
    private readonly Process process;

    private PythonPeer(Process process, string version) => (this.process, Version) = (process, version);

    public string Version { get; }

    /// <summary>Starts the Python with PyTorch; null if there is none.</summary>
    public static PythonPeer? TryStart()
    {
        var script = Path.Combine(AppContext.BaseDirectory, "Loading", "peer.py");
        var start = new ProcessStartInfo("/usr/bin/python3", [script]) { RedirectStandardInput = true, RedirectStandardOutput = true, RedirectStandardError = true };

        if (!File.Exists(start.FileName))
        {
            return null;
        }

        var process = Process.Start(start)!;
        process.ErrorDataReceived += (_, _) => { };
        process.BeginErrorReadLine();
        return process.StandardOutput.ReadLine() is { Length: > 0 } version ? new PythonPeer(process, version) : null;
    }

    /// <summary>Seconds of one epoch.</summary>
    public double Epoch(string what, int workers)
    {
        process.StandardInput.WriteLine($"{what} {workers}");
        return double.Parse(process.StandardOutput.ReadLine()!, CultureInfo.InvariantCulture);
    }

    public void Dispose()
    {
        process.StandardInput.Close();
        process.WaitForExit();
        process.Dispose();
    }
}
