using System.Diagnostics;
using System.Globalization;
using System.Text.RegularExpressions;
using DeepLearningCourse.Tests;

namespace DeepLearningCourse.Examples.Tests;

/// <summary>A program that was run to its end, and what it printed.</summary>
internal sealed record Run(int ExitCode, string Output)
{
    private static readonly TimeSpan Limit = TimeSpan.FromMinutes(10);

    /// <summary>Starts <c>dotnet</c> in the repository's root, as the READMEs say, and waits.</summary>
    public static Run Dotnet(params string[] arguments)
    {
        ProcessStartInfo start = new("dotnet", arguments)
        {
            WorkingDirectory = Repository.PathOf("."),
            RedirectStandardOutput = true,
            RedirectStandardError = true,
        };
        // The test host's own settings are not for the programs that it starts.
        foreach (var name in start.Environment.Keys.Where(name => name.StartsWith("MSBUILD", StringComparison.OrdinalIgnoreCase)).ToList())
        {
            start.Environment.Remove(name);
        }

        // Beside other tests libtorch's threads would mostly wait for each other.
        start.Environment["OMP_NUM_THREADS"] = "1";

        using var process = Process.Start(start)!;
        var errors = process.StandardError.ReadToEndAsync();
        var output = process.StandardOutput.ReadToEndAsync();
        var ended = process.WaitForExit(Limit);

        if (!ended)
        {
            process.Kill(entireProcessTree: true);
        }

        var printed = (output.Result + errors.Result).ReplaceLineEndings("\n");
        Assert.That(ended, Is.True, $"'dotnet {string.Join(' ', arguments)}' did not end within {Limit}. It printed:\n{printed}");
        return new Run(process.ExitCode, printed);
    }

    /// <summary>The number at the pattern's first group.</summary>
    public double Number(string pattern)
    {
        var match = Regex.Match(Output, pattern);
        Assert.That(match.Success, Is.True, $"'{pattern}' is not in:\n{Output}");
        return double.Parse(match.Groups[1].Value, CultureInfo.InvariantCulture);
    }
}
