using System.Globalization;
using System.Runtime.InteropServices;

namespace DeepLearningCourse.Benchmarks.Comparison;

/// <summary>What figures were measured on.</summary>
internal static class Machine
{
    /// <summary>A line with date, processor, system and versions.</summary>
    public static string Describe() => string.Join(
        ", ",
        DateTime.UtcNow.ToString("yyyy-MM-dd", CultureInfo.InvariantCulture),
        $"{Environment.ProcessorCount} cores of {Processor()}",
        RuntimeInformation.OSDescription,
        RuntimeInformation.FrameworkDescription,
        $"TorchSharp {typeof(TorchSharp.torch).Assembly.GetName().Version?.ToString(3)}");

    private static string Processor()
    {
        const string File = "/proc/cpuinfo";
        var line = System.IO.File.Exists(File) ? System.IO.File.ReadLines(File).FirstOrDefault(line => line.StartsWith("model name", StringComparison.Ordinal)) : null;
        return line?[(line.IndexOf(':', StringComparison.Ordinal) + 1)..].Trim() ?? RuntimeInformation.ProcessArchitecture.ToString();
    }
}
