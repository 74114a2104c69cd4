using System.Diagnostics;
using DeepLearningCourse.Runtime;

namespace DeepLearningCourse.Tests.Runtime;

/// <summary>A program that touches TorchSharp first, started under different environments.</summary>
public sealed class LoadingTests
{
    // Built beside these tests, in the same configuration.
    private static readonly string Probe = Path.Combine(
        AppContext.BaseDirectory.Replace("DeepLearningCourse.Tests", "DeepLearningCourse.LoadProbe", StringComparison.Ordinal),
        "DeepLearningCourse.LoadProbe.dll");

    private string folder = "";

    [SetUp]
    public void MakeFolder() => folder = Directory.CreateTempSubdirectory().FullName;

    [TearDown]
    public void DeleteFolder() => Directory.Delete(folder, recursive: true);

    [Test]
    public void A_program_that_touches_TorchSharp_first_runs_and_leaves_nothing_behind()
    {
        var (code, output, errors) = Run(("TMPDIR", folder));

        Assert.That(code, Is.Zero, errors);
        Assert.That(output, Does.Contain("output: 2,1").And.Contain("source: Package").And.Contain("version: 2.10.0"));
        Assert.That(Directory.EnumerateFileSystemEntries(folder).Where(e => e.Contains("deeplearningcourse", StringComparison.Ordinal)), Is.Empty);
    }

    [Test]
    [Platform("Linux")]
    public void Another_libtorch_is_taken_instead_of_the_programs_own_and_only_once()
    {
        // A real copy: the loader knows a linked file for the same.
        foreach (var file in Directory.GetFiles(LibTorch.Info.Folder!))
        {
            File.Copy(new FileInfo(file).ResolveLinkTarget(returnFinalTarget: true)?.FullName ?? file, Path.Combine(folder, Path.GetFileName(file)));
        }

        File.WriteAllText(Path.Combine(folder, "build-version"), "2.11.0+cpu");

        var (code, output, errors) = Run(("LIBTORCH", folder));

        Assert.That(code, Is.Zero, errors);
        Assert.That(output, Does.Contain("output: 2,1").And.Contain("source: Folder").And.Contain($"folder: {folder}"));
        Assert.That(output, Does.Contain("libtorch_cpu mapped: 1").And.Contain("version: 2.11.0"));
    }

    [Test]
    public void A_folder_without_libtorch_is_named()
    {
        var (code, _, errors) = Run(("LIBTORCH", folder));

        Assert.That(code, Is.Not.Zero);
        Assert.That(errors, Does.Contain(
            $"LIBTORCH is '{folder}', and there is no {NativeNames.TorchCpu} in it or in its folder lib. "
            + "Set LIBTORCH to the folder of a libtorch 2.10, or unset it to use the packaged one."));
    }

    [Test]
    [Platform("Linux,MacOsX")]
    public void A_Python_without_PyTorch_says_so_in_its_own_words()
    {
        var (code, _, errors) = RunWithPython("echo \"ModuleNotFoundError: No module named 'torch'\" >&2; exit 1");

        Assert.That(code, Is.Not.Zero);
        Assert.That(errors, Does.Contain(
            "LIBTORCH_USE_PYTORCH is set and python3 does not say where its PyTorch is: ModuleNotFoundError: No module named 'torch'. "
            + "Install torch 2.10 for that Python, or unset LIBTORCH_USE_PYTORCH to use the packaged libtorch."));
    }

    [Test]
    [Platform("Linux,MacOsX")]
    public void A_Python_that_names_a_folder_without_libtorch_is_named()
    {
        var (_, _, errors) = RunWithPython("echo /nowhere; echo 2.10.0");

        Assert.That(errors, Does.Contain("LIBTORCH_USE_PYTORCH is set and python3 names the folder '/nowhere', in which there is no "));
    }

    [Test]
    [Platform("Linux,MacOsX")]
    public void A_PyTorch_of_another_major_version_is_refused_before_it_is_loaded()
    {
        File.WriteAllText(Path.Combine(folder, NativeNames.TorchCpu), "no library");

        var (_, _, errors) = RunWithPython($"echo {folder}; echo 1.13.0a0");

        Assert.That(errors, Does.Contain(
            $"The libtorch in {folder} is version 1.13.0, and TorchSharp needs 2.10. Install torch 2.10, or unset LIBTORCH and "
            + "LIBTORCH_USE_PYTORCH to use the packaged one."));
    }

    [TestCase("2.10.0+cu128", "2.10.0")]
    [TestCase("1.13.0a0", "1.13.0")]
    [TestCase("2.11.0.dev20260101", "2.11.0")]
    [TestCase("nothing", null)]
    public void Versions_are_read_as_PyTorch_writes_them(string text, string? version) =>
        Assert.That(LibTorchLocation.ParseVersion(text)?.ToString(), Is.EqualTo(version));

    [Test]
    public void What_was_loaded_can_be_read()
    {
        var info = LibTorch.Info;

        Assert.That(info.Version, Is.EqualTo(LibTorchInfo.Expected));
        Assert.That(info.IsOtherVersion, Is.False);
        Assert.That(info.ToString(), Does.StartWith($"libtorch 2.10.0 (CPU) from {info.Folder} [Package]"));
        Assert.That((info with { Version = new Version(2, 11, 0) }).ToString(), Does.EndWith("; this library is made for 2.10"));
    }

    [Test]
    public void Only_this_systems_natives_are_in_the_output_folder() =>
        Assert.That(
            Directory.GetDirectories(Path.Combine(AppContext.BaseDirectory, "runtimes"))
                .Where(system => Directory.EnumerateFiles(system, "*orch*", SearchOption.AllDirectories).Any())
                .Select(Path.GetFileName),
            Is.EqualTo(new[] { NativeNames.System }));

    private (int Code, string Output, string Errors) RunWithPython(string script)
    {
        var bin = Directory.CreateDirectory(Path.Combine(folder, "bin")).FullName;
        var python = Path.Combine(bin, "python3");
        File.WriteAllText(python, $"#!/bin/sh\n{script}\n");
        if (!OperatingSystem.IsWindows())
        {
            File.SetUnixFileMode(python, UnixFileMode.UserRead | UnixFileMode.UserWrite | UnixFileMode.UserExecute);
        }

        return Run(("LIBTORCH_USE_PYTORCH", "1"), ("PATH", bin + Path.PathSeparator + Environment.GetEnvironmentVariable("PATH")));
    }

    private static (int Code, string Output, string Errors) Run(params (string Name, string Value)[] environment)
    {
        ProcessStartInfo start = new(Environment.ProcessPath!, [Probe]) { RedirectStandardOutput = true, RedirectStandardError = true };
        if (!Path.GetFileNameWithoutExtension(Environment.ProcessPath!).Equals("dotnet", StringComparison.OrdinalIgnoreCase))
        {
            start.FileName = "dotnet";
        }

        foreach (var variable in new[] { "LIBTORCH", "LIBTORCH_USE_PYTORCH" })
        {
            start.Environment.Remove(variable);
        }

        foreach (var (name, value) in environment)
        {
            start.Environment[name] = value;
        }

        using var process = Process.Start(start)!;
        var output = process.StandardOutput.ReadToEndAsync();
        var errors = process.StandardError.ReadToEndAsync();
        process.WaitForExit();
        return (process.ExitCode, output.GetAwaiter().GetResult(), errors.GetAwaiter().GetResult());
    }
}
