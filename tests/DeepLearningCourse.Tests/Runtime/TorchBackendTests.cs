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

    [TestCase("linux-x64", "libtorch-cpu-linux-x64", null, null)]
    [TestCase("win-x64", "libtorch-cuda-12.8-win-x64", "cuda", null)]
    [TestCase("win-x64", null, null, "warning DLC0001: The program for win-x64 carries no libtorch and will not start there. "
        + "Add the package: dotnet add package libtorch-cpu-win-x64 --version 2.10.0. Where LIBTORCH or LIBTORCH_USE_PYTORCH is to name one, build with -p:TorchBackend=none.")]
    [TestCase("win-x64", null, "cuda", "warning DLC0001: The program for win-x64 carries no libtorch and will not start there. "
        + "Add the package: dotnet add package libtorch-cuda-12.8-win-x64 --version 2.10.0. Where LIBTORCH or LIBTORCH_USE_PYTORCH is to name one, build with -p:TorchBackend=none.")]
    [TestCase("win-x64", null, "none", null)]
    [TestCase("linux-arm64", null, null, "warning DLC0002: There is no libtorch for linux-arm64, and the program will not start there. "
        + "TorchSharp 0.107 runs on linux-x64, win-x64, win-arm64 and osx-arm64: build for one of these with -r.")]
    public void A_build_for_a_system_without_its_libtorch_warns(string system, string? package, string? backend, string? warning)
    {
        // What the SDK's target finds in the packages, for the targets that every program has.
        var folder = Directory.CreateTempSubdirectory().FullName;
        var project = Path.Combine(folder, "program.proj");
        File.WriteAllText(project, $"""
            <Project>
              <PropertyGroup><OutputType>Exe</OutputType><RuntimeIdentifier>{system}</RuntimeIdentifier><TorchBackend>{backend}</TorchBackend></PropertyGroup>
              <Import Project="{Repository.PathOf("native/DeepLearningCourse.targets")}" />
              <Target Name="ResolvePackageAssets">
                <ItemGroup>
                  <RuntimeCopyLocalItems Include="TorchSharp.dll" NuGetPackageId="TorchSharp" />
                  <NativeCopyLocalItems Include="LibTorchSharp" NuGetPackageId="TorchSharp" />
                  {(package is null ? "" : $"<NativeCopyLocalItems Include=\"torch_cpu\" NuGetPackageId=\"{package}\" />")}
                </ItemGroup>
              </Target>
            </Project>
            """);

        var output = MsBuild(project, "-t:ResolvePackageAssets", "-nologo");
        Directory.Delete(folder, recursive: true);

        Assert.That(output, warning is null ? Does.Not.Contain("warning") : Does.Contain(warning));
    }

    private static JsonDocument Evaluate(params string[] properties) => JsonDocument.Parse(MsBuild(
        Repository.PathOf("examples/breast-cancer/breast-cancer.csproj"), ["-getItem:PackageReference", "-getItem:PackageVersion", .. properties]));

    private static string MsBuild(string project, params string[] arguments)
    {
        ProcessStartInfo start = new("dotnet", ["msbuild", project, .. arguments]) { RedirectStandardOutput = true };
        using var process = Process.Start(start)!;
        var output = process.StandardOutput.ReadToEnd();
        process.WaitForExit();
        Assert.That(process.ExitCode, Is.Zero, output);
        return output;
    }

    private static IEnumerable<string> Identities(JsonDocument items, string kind) =>
        items.RootElement.GetProperty("Items").GetProperty(kind).EnumerateArray().Select(item => item.GetProperty("Identity").GetString()!);

    private static string? VersionOf(JsonDocument items, string package) =>
        items.RootElement.GetProperty("Items").GetProperty("PackageVersion").EnumerateArray()
            .Single(item => item.GetProperty("Identity").GetString() == package).GetProperty("Version").GetString();
}
