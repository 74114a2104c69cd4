using System.ComponentModel;
using System.Diagnostics;

namespace DeepLearningCourse.Runtime;

/// <summary>Asks Python where the libtorch of its PyTorch is.</summary>
internal static class PythonTorch
{
    private const string Question = "import os, torch; print(os.path.join(os.path.dirname(torch.__file__), 'lib')); print(torch.__version__)";

    // Importing PyTorch from a cold disk takes long; a Python that hangs must not hang the program.
    private static readonly TimeSpan Patience = TimeSpan.FromMinutes(2);

    public static (string Folder, Version? Version) Find(string variable)
    {
        var python = OperatingSystem.IsWindows() ? "python" : "python3";
        var (output, errors) = Ask(python, variable);
        var lines = output.Split('\n', StringSplitOptions.TrimEntries | StringSplitOptions.RemoveEmptyEntries);
        if (lines.Length < 2)
        {
            var reason = errors.Split('\n', StringSplitOptions.TrimEntries | StringSplitOptions.RemoveEmptyEntries).LastOrDefault() ?? "it printed nothing";
            throw new LibTorchLoadException(
                $"{variable} is set and {python} does not say where its PyTorch is: {reason}. "
                + $"Install torch {LibTorchInfo.Expected.ToString(2)} for that Python, or unset {variable} to use the packaged libtorch.");
        }

        var (folder, version) = (lines[^2], LibTorchLocation.ParseVersion(lines[^1]));
        if (!File.Exists(Path.Combine(folder, NativeNames.TorchCpu)))
        {
            throw new LibTorchLoadException(
                $"{variable} is set and {python} names the folder '{folder}', in which there is no {NativeNames.TorchCpu}. "
                + $"Install torch {LibTorchInfo.Expected.ToString(2)} for that Python, or unset {variable} to use the packaged libtorch.");
        }

        return (folder, version);
    }

    private static (string Output, string Errors) Ask(string python, string variable)
    {
        try
        {
            using var process = Process.Start(new ProcessStartInfo(python, ["-c", Question])
            {
                RedirectStandardOutput = true,
                RedirectStandardError = true,
            })!;
            var output = process.StandardOutput.ReadToEndAsync();
            var errors = process.StandardError.ReadToEndAsync();
            if (!process.WaitForExit(Patience))
            {
                process.Kill(entireProcessTree: true);
                return ("", $"it did not answer within {Patience.TotalMinutes} minutes");
            }

            return (output.GetAwaiter().GetResult(), errors.GetAwaiter().GetResult());
        }
        catch (Win32Exception exception)
        {
            throw new LibTorchLoadException(
                $"{variable} is set and no {python} is on the PATH. Install Python with torch {LibTorchInfo.Expected.ToString(2)}, "
                + $"or unset {variable} to use the packaged libtorch.", exception);
        }
    }
}
