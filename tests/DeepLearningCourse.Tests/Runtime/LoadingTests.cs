using DeepLearningCourse.Runtime;

namespace DeepLearningCourse.Tests.Runtime;

/// <summary>A program that touches TorchSharp first, started under different environments.</summary>
public sealed class LoadingTests
{
    private string folder = "";

    [SetUp]
    public void MakeFolder() => folder = Directory.CreateTempSubdirectory().FullName;

    [TearDown]
    public void DeleteFolder() => Directory.Delete(folder, recursive: true);

    [Test]
    public void A_program_that_touches_TorchSharp_first_runs_and_leaves_nothing_behind()
    {
        var (code, output, errors) = LoadProbe.Run(("TMPDIR", folder));

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

        var (code, output, errors) = LoadProbe.Run(("LIBTORCH", folder));

        Assert.That(code, Is.Zero, errors);
        Assert.That(output, Does.Contain("output: 2,1").And.Contain("source: Folder").And.Contain($"folder: {folder}"));
        Assert.That(output, Does.Contain("libtorch_cpu mapped: 1").And.Contain("version: 2.11.0"));
    }

    [Test]
    public void A_folder_without_libtorch_is_named()
    {
        var (code, _, errors) = LoadProbe.Run(("LIBTORCH", folder));

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

    [Test]
    [Platform("Linux")]
    public void A_libtorch_of_the_systems_own_that_does_not_fit_is_named_with_its_file_and_version()
    {
        LibTorchLocation location = new(LibTorchSource.System, null, new Version(1, 13, 0)) { LoadedFile = "/usr/lib/libtorch_cpu.so.1.13.0" };
        var add = $"Add the right one to the project: dotnet add package libtorch-cpu-{NativeNames.System} --version 2.10.0. "
            + "Or set LIBTORCH to the folder of one, or LIBTORCH_USE_PYTORCH=1 to use Python's.";

        Assert.That(OtherLibTorch.OfOtherMajor(location).Message, Is.EqualTo(
            "The program carries no libtorch, and the system's own, /usr/lib/libtorch_cpu.so.1.13.0 (version 1.13.0), does not fit: TorchSharp needs 2.10. " + add));
        Assert.That(OtherLibTorch.WithoutFunctions(location with { Version = null }).Message, Is.EqualTo(
            "The program carries no libtorch, and the system's own, /usr/lib/libtorch_cpu.so.1.13.0, does not fit: "
            + "it lacks functions that TorchSharp needs from libtorch 2.10. " + add));
    }

    [TestCase("/usr/lib/x86_64-linux-gnu/libtorch_cpu.so.1.13.0", "1.13.0")]
    [TestCase("/usr/lib/libtorch_cpu.so.2.6", "2.6")]
    [TestCase("/usr/lib/libtorch_cpu.so", null)]
    [TestCase(null, null)]
    public void The_name_of_a_distributions_library_tells_its_version(string? file, string? version) =>
        Assert.That(OtherLibTorch.VersionInName(file)?.ToString(), Is.EqualTo(version));

    [Test]
    [Platform("Linux")]
    public void A_program_without_libtorch_says_which_package_to_add_whatever_the_system_has()
    {
        LoadProbe.CopyWithoutLibTorch(folder);

        var (code, _, errors) = LoadProbe.Run(folder, []);

        Assert.That(code, Is.Not.Zero);
        Assert.That(errors, Does.Contain($"dotnet add package libtorch-cpu-{NativeNames.System} --version 2.10.0."));
        Assert.That(errors, Does.Contain("There is no libtorch for").Or.Contain("The program carries no libtorch, and the system's own, "));
        Assert.That(errors, Does.Not.Contain("TMPDIR"));
    }

    [Test]
    [Platform("Linux")]
    public void A_foreign_libtorch_that_the_system_finds_is_named()
    {
        // A library that is no libtorch under its name: it loads, and has none of its functions.
        LoadProbe.CopyWithoutLibTorch(folder);
        var foreign = Directory.CreateDirectory(Path.Combine(folder, "foreign")).FullName;
        var c10 = new FileInfo(Path.Combine(LibTorch.Info.Folder!, NativeNames.C10));
        File.Copy(c10.ResolveLinkTarget(returnFinalTarget: true)?.FullName ?? c10.FullName, Path.Combine(foreign, "libtorch_cpu.so.1.13.0"));
        File.CreateSymbolicLink(Path.Combine(foreign, "libtorch_cpu.so"), "libtorch_cpu.so.1.13.0");

        var (code, _, errors) = LoadProbe.Run(folder, [], ("LD_LIBRARY_PATH", foreign));

        Assert.That(code, Is.Not.Zero);
        Assert.That(errors, Does.Contain(
            $"The program carries no libtorch, and the system's own, {foreign}/libtorch_cpu.so.1.13.0 (version 1.13.0), does not fit: TorchSharp needs 2.10. Add the right one to the project: "));
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

        return LoadProbe.Run(("LIBTORCH_USE_PYTORCH", "1"), ("PATH", bin + Path.PathSeparator + Environment.GetEnvironmentVariable("PATH")));
    }
}
