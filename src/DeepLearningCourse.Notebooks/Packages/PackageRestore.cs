using System.Diagnostics;
using System.Runtime.InteropServices;
using System.Text.Json;
using System.Xml.Linq;
using DeepLearningCourse.Notebooks.Execution;

namespace DeepLearningCourse.Notebooks.Packages;

/// <summary>Lets the SDK restore packages, in a project that exists for the moment, and reads where their files are.</summary>
internal static class PackageRestore
{
    private const string Framework = "net10.0";

    /// <summary>The system by the name that packages give it; the runtime's own may name a distribution.</summary>
    public static string System { get; } =
        $"{(OperatingSystem.IsWindows() ? "win" : OperatingSystem.IsMacOS() ? "osx" : "linux")}-{RuntimeInformation.ProcessArchitecture.ToString().ToLowerInvariant()}";

    public static PackageAssets Run(IReadOnlyList<KeyValuePair<string, string>> packages, IReadOnlyList<string> sources, CancellationToken token)
    {
        var folder = Directory.CreateTempSubdirectory("dlc-notebook-");

        try
        {
            var project = Path.Combine(folder.FullName, "packages.csproj");
            Write(project, packages, sources);
            // A Directory.Build.props above the temporary folder is not for it.
            File.WriteAllText(Path.Combine(folder.FullName, "Directory.Build.props"), "<Project />");
            File.WriteAllText(Path.Combine(folder.FullName, "Directory.Build.targets"), "<Project />");
            File.WriteAllText(Path.Combine(folder.FullName, "Directory.Packages.props"), "<Project />");
            Restore(project, packages, sources, token);
            return Read(Path.Combine(folder.FullName, "obj", "project.assets.json"));
        }
        finally
        {
            folder.Delete(recursive: true);
        }
    }

    private static void Write(string project, IReadOnlyList<KeyValuePair<string, string>> packages, IReadOnlyList<string> sources) =>
        new XElement("Project", new XAttribute("Sdk", "Microsoft.NET.Sdk"),
            new XElement("PropertyGroup",
                new XElement("TargetFramework", Framework),
                new XElement("RuntimeIdentifier", System),
                // The NuGet.config of the notebook's folder counts, not one of the temporary folder.
                new XElement("RestoreRootConfigDirectory", Environment.CurrentDirectory),
                new XElement("NuGetAudit", "false"),
                new XElement("UseAppHost", "false"),
                new XElement("RestoreAdditionalProjectSources", string.Join(';', sources))),
            new XElement("ItemGroup", packages.Select(package =>
                new XElement("PackageReference", new XAttribute("Include", package.Key), new XAttribute("Version", package.Value))))).Save(project);

    private static void Restore(
        string project, IReadOnlyList<KeyValuePair<string, string>> packages, IReadOnlyList<string> sources, CancellationToken token)
    {
        ProcessStartInfo start = new(Dotnet(), ["restore", project, "--nologo", "-v:quiet", "-p:SelfContained=false"])
        {
            RedirectStandardOutput = true,
            RedirectStandardError = true,
            WorkingDirectory = Path.GetDirectoryName(project)!,
        };
        start.Environment["DOTNET_CLI_UI_LANGUAGE"] = "en";
        using var process = Start(start);
        using var kill = token.Register(() => process.Kill(entireProcessTree: true));
        var errors = process.StandardError.ReadToEndAsync(CancellationToken.None);
        var output = process.StandardOutput.ReadToEnd();
        process.WaitForExit();
        token.ThrowIfCancellationRequested();
        if (process.ExitCode != 0)
        {
            var names = string.Join(", ", packages.Select(package => $"{package.Key} {package.Value}"));
            var from = string.Join(", ", sources.Append("NuGet's configured sources"));
            throw new CellException("PackageError", $"NuGet cannot restore {names} from {from}: {Reason(output + errors.Result)}");
        }
    }

    private static Process Start(ProcessStartInfo start)
    {
        try
        {
            return Process.Start(start)!;
        }
        catch (System.ComponentModel.Win32Exception exception)
        {
            throw new CellException("PackageError", $"Packages are fetched by the .NET SDK, and {start.FileName} does not start: {exception.Message}. Install the .NET 10 SDK.");
        }
    }

    /// <summary>The program that runs this one, if it is dotnet; the one on the path may be another.</summary>
    private static string Dotnet()
    {
        var name = OperatingSystem.IsWindows() ? "dotnet.exe" : "dotnet";
        return Environment.GetEnvironmentVariable("DOTNET_HOST_PATH") is { Length: > 0 } host ? host
            : Path.GetFileName(Environment.ProcessPath) == name ? Environment.ProcessPath!
            : Environment.GetEnvironmentVariable("DOTNET_ROOT") is { Length: > 0 } root && File.Exists(Path.Combine(root, name)) ? Path.Combine(root, name)
            : name;
    }

    private static string Reason(string output)
    {
        var lines = output.Split('\n', StringSplitOptions.TrimEntries | StringSplitOptions.RemoveEmptyEntries)
            .Where(line => line.Contains("error", StringComparison.Ordinal))
            .Select(line => line[(line.IndexOf("error", StringComparison.Ordinal) + "error".Length)..].Split(" [")[0].Trim(' ', ':'))
            .Distinct()
            .Take(3);
        return string.Join(" ", lines) is { Length: > 0 } reason ? reason : output.Trim();
    }

    private static PackageAssets Read(string assets)
    {
        using var document = JsonDocument.Parse(File.ReadAllText(assets));
        var root = document.RootElement;
        var caches = root.GetProperty("packageFolders").EnumerateObject().Select(folder => folder.Name).ToList();
        var libraries = root.GetProperty("libraries");
        var target = root.GetProperty("targets").EnumerateObject()
            .First(each => each.Name.EndsWith("/" + System, StringComparison.Ordinal)).Value;

        List<string> Files(string kind) =>
        [
            .. from library in target.EnumerateObject()
               where library.Value.TryGetProperty(kind, out _)
               let path = libraries.GetProperty(library.Name).GetProperty("path").GetString()!
               from file in library.Value.GetProperty(kind).EnumerateObject()
               where !file.Name.EndsWith("_._", StringComparison.Ordinal)
               select caches.Select(cache => Path.Combine(cache, path, file.Name)).First(File.Exists),
        ];

        return new PackageAssets(Files("compile"), Files("runtime"), Files("native"));
    }
}
