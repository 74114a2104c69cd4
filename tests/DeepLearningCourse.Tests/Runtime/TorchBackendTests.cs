using System.Diagnostics;
using System.Text.Json;

namespace DeepLearningCourse.Tests.Runtime;

/// <summary>Which packages a build takes, evaluated without restoring them.</summary>
public sealed class TorchBackendTests
{
    [TestCase("cuda", "win-x64", "libtorch-cuda-12.8-win-x64")]
    [TestCase("cuda", "linux-x64", "libtorch-cuda-12.8-linux-x64")]
    [TestCase("cpu", "linux-x64", "libtorch-cpu-linux-x64")]
    [TestCase("cpu", "win-arm64", "libtorch-cpu-win-arm64")]
    [TestCase("cpu", "osx-arm64", "libtorch-cpu-osx-arm64")]
    [TestCase("none", "linux-x64", null)]
    public void TorchBackend_chooses_the_package_and_its_version(string backend, string system, string? package)
    {
        using var items = Evaluate($"-p:TorchBackend={backend}", $"-p:TorchSystem={system}");

        var references = Identities(items, "PackageReference").Where(id => id.StartsWith("libtorch", StringComparison.Ordinal));
        Assert.That(references, Is.EqualTo(package is null ? [] : new[] { package }));
        if (package is not null)
        {
            Assert.That(VersionOf(items, package), Is.EqualTo("2.10.0"));
        }
    }

    [Test]
    public void Without_a_property_it_is_the_processor_of_this_system()
    {
        using var items = Evaluate();

        Assert.That(
            Identities(items, "PackageReference"),
            Does.Contain($"libtorch-cpu-{DeepLearningCourse.Runtime.NativeNames.System}"));
        Assert.That(VersionOf(items, "TorchSharp"), Is.EqualTo("0.107.0"));
    }

    private static JsonDocument Evaluate(params string[] properties)
    {
        ProcessStartInfo start = new("dotnet",
        [
            "msbuild", Repository.PathOf("examples/breast-cancer/breast-cancer.csproj"),
            "-getItem:PackageReference", "-getItem:PackageVersion", .. properties,
        ])
        { RedirectStandardOutput = true };
        using var process = Process.Start(start)!;
        var output = process.StandardOutput.ReadToEnd();
        process.WaitForExit();
        Assert.That(process.ExitCode, Is.Zero, output);
        return JsonDocument.Parse(output);
    }

    private static IEnumerable<string> Identities(JsonDocument items, string kind) =>
        items.RootElement.GetProperty("Items").GetProperty(kind).EnumerateArray().Select(item => item.GetProperty("Identity").GetString()!);

    private static string? VersionOf(JsonDocument items, string package) =>
        items.RootElement.GetProperty("Items").GetProperty("PackageVersion").EnumerateArray()
            .Single(item => item.GetProperty("Identity").GetString() == package).GetProperty("Version").GetString();
}
