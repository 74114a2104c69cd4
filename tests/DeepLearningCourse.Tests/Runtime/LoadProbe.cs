using System.Diagnostics;

namespace DeepLearningCourse.Tests.Runtime;

/// <summary>Starts the program whose first statement is TorchSharp's.</summary>
internal static class LoadProbe
{
    private const string Program = "DeepLearningCourse.LoadProbe.dll";

    // Built beside these tests, in the same configuration.
    private static readonly string Folder =
        AppContext.BaseDirectory.Replace("DeepLearningCourse.Tests", "DeepLearningCourse.LoadProbe", StringComparison.Ordinal);

    public static (int Code, string Output, string Errors) Run(params (string Name, string Value)[] environment) => Run(Folder, [], environment);

    /// <summary>Starts a copy of it, with arguments.</summary>
    public static (int Code, string Output, string Errors) Run(string? folder, string[] arguments, params (string Name, string Value)[] environment)
    {
        ProcessStartInfo start = new(Environment.ProcessPath!, [Path.Combine(folder ?? Folder, Program), .. arguments]) { RedirectStandardOutput = true, RedirectStandardError = true };
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

    /// <summary>Copies it into a folder that is not beside the package cache, so that no libtorch is found by the way of it.</summary>
    public static void CopyWithoutLibTorch(string target) => Copy(target, file => !Path.GetFileName(file).Contains("torch_", StringComparison.Ordinal)
        && Path.GetFileName(file) is not ("libtorch.so" or "libc10.so"));

    /// <summary>Copies what is chosen of it; linked files become files.</summary>
    public static void Copy(string target, Func<string, bool> choose)
    {
        foreach (var file in Directory.EnumerateFiles(Folder, "*", SearchOption.AllDirectories).Where(choose))
        {
            var copy = Path.Combine(target, Path.GetRelativePath(Folder, file));
            Directory.CreateDirectory(Path.GetDirectoryName(copy)!);
            File.Copy(new FileInfo(file).ResolveLinkTarget(returnFinalTarget: true)?.FullName ?? file, copy);
        }
    }
}
