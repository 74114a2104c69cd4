using System.Diagnostics;

namespace DeepLearningCourse.Tests;

/// <summary>The Python of the system, where there is one with PyTorch.</summary>
internal static class Python
{
    private const string Program = "/usr/bin/python3";
    private const int WithoutTorch = 42;

    /// <summary>What a script begins with that needs PyTorch.</summary>
    public const string ImportTorch = """
        import sys
        try:
            import torch
        except ImportError:
            sys.exit(42)

        """;

    /// <summary>Runs a script; ignores the test if there is no Python, or if it exits as <see cref="ImportTorch"/> does.</summary>
    public static void Run(params string[] arguments)
    {
        if (!File.Exists(Program))
        {
            Assert.Ignore("There is no Python here.");
        }

        using var process = Process.Start(new ProcessStartInfo(Program, arguments) { RedirectStandardError = true })!;
        var errors = process.StandardError.ReadToEnd();
        process.WaitForExit();

        if (process.ExitCode == WithoutTorch)
        {
            Assert.Ignore("Python has no PyTorch here.");
        }

        Assert.That(process.ExitCode, Is.Zero, errors);
    }
}
