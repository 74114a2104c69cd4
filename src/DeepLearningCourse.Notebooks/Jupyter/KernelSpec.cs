using System.Text.Encodings.Web;
using System.Text.Json;
using System.Text.Json.Nodes;

namespace DeepLearningCourse.Notebooks.Jupyter;

/// <summary>The folder that tells Jupyter how to start the kernel.</summary>
internal static class KernelSpec
{
    public const string DefaultName = "dlc-csharp";

    private const string Logo = """
        <svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 64 64"><rect width="64" height="64" rx="12" fill="#512bd4"/><g stroke="#fff" stroke-width="2" opacity=".7"><path d="M14 20 32 14 50 32 32 50 14 44 32 32zM14 20 32 32 50 32M14 44 32 14M14 20 32 50"/></g><g fill="#fff"><circle cx="14" cy="20" r="5"/><circle cx="14" cy="44" r="5"/><circle cx="32" cy="14" r="5"/><circle cx="32" cy="32" r="5"/><circle cx="32" cy="50" r="5"/><circle cx="50" cy="32" r="5"/></g></svg>

        """;

    private static readonly JsonSerializerOptions Indented = new() { WriteIndented = true, Encoder = JavaScriptEncoder.UnsafeRelaxedJsonEscaping };

    /// <summary>Writes the kernel's folder, over one of the same name.</summary>
    /// <returns>The folder.</returns>
    public static string Install(string kernels, string name, string displayName, IEnumerable<string> program)
    {
        var folder = FolderOf(kernels, name);
        Directory.CreateDirectory(folder);
        File.WriteAllText(Path.Combine(folder, "kernel.json"), Content(displayName, program).ToJsonString(Indented) + "\n");
        File.WriteAllText(Path.Combine(folder, "logo-svg.svg"), Logo);
        return folder;
    }

    /// <summary>Takes the kernel's folder away.</summary>
    /// <exception cref="DirectoryNotFoundException">There is none.</exception>
    public static string Uninstall(string kernels, string name)
    {
        var folder = FolderOf(kernels, name);
        if (!File.Exists(Path.Combine(folder, "kernel.json")))
        {
            throw new DirectoryNotFoundException($"There is no kernel in {folder}. 'jupyter kernelspec list' shows those that there are.");
        }

        Directory.Delete(folder, recursive: true);
        return folder;
    }

    /// <summary>How this program was started: by a tool's own executable, or by <c>dotnet</c> with the path of its assembly.</summary>
    public static IReadOnlyList<string> ThisProgram()
    {
        var process = Environment.ProcessPath!;
        return Path.GetFileNameWithoutExtension(process) == "dotnet"
            ? [process, Path.Combine(AppContext.BaseDirectory, Path.GetFileName(typeof(KernelSpec).Assembly.Location))]
            : [process];
    }

    private static string FolderOf(string kernels, string name) =>
        name.Length > 0 && name.All(letter => char.IsAsciiLetterOrDigit(letter) || letter is '.' or '-' or '_') && name.Any(char.IsAsciiLetterOrDigit)
            ? Path.Combine(kernels, name)
            : throw new ArgumentException($"'{name}' cannot be a kernel's name: Jupyter wants letters, digits, '-', '_' and '.', as in dlc-csharp.");

    private static JsonObject Content(string displayName, IEnumerable<string> program)
    {
        string[] arguments = [.. program, "kernel", "start", "--connection-file", "{connection_file}"];
        JsonObject content = new()
        {
            ["argv"] = new JsonArray([.. arguments.Select(argument => JsonValue.Create(argument))]),
            ["display_name"] = displayName,
            ["language"] = "C#",
            ["interrupt_mode"] = "message",
            ["metadata"] = new JsonObject { ["debugger"] = false },
        };

        // A tool's executable finds .NET by it where .NET is not in its usual place; a Jupyter that is started from a menu does not know it.
        if (Environment.GetEnvironmentVariable("DOTNET_ROOT") is { Length: > 0 } dotnet)
        {
            content["env"] = new JsonObject { ["DOTNET_ROOT"] = dotnet };
        }

        return content;
    }
}
