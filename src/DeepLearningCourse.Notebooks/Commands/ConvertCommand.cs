using System.CommandLine;
using DeepLearningCourse.Notebooks.Documents;

namespace DeepLearningCourse.Notebooks.Commands;

/// <summary><c>dlc-notebook convert</c>: C# files to a notebook, a notebook to a C# file, or a look whether they agree.</summary>
internal static class ConvertCommand
{
    private const string NotebookEnding = ".ipynb";
    private const string SourceEnding = ".cs";

    public static Command Create()
    {
        Argument<string[]> files = new("files") { Description = "C# files and then the notebook to make; a notebook and then the C# file to make; or a notebook alone, to make it again from its C# files", Arity = new ArgumentArity(1, 1000) };
        Option<bool> check = new("--check") { Description = "Write nothing; exit with 1 if the notebook's cells are not those of the C# files" };
        Option<bool> force = new("--force") { Description = "Write over a C# file that says something else" };
        Command command = new("convert", "Makes a notebook of C# files (dotnet run file.cs), or a C# file of a notebook.") { files, check, force };
        command.SetAction(parsed => Run(parsed.GetValue(files)!, parsed.GetValue(check), parsed.GetValue(force), parsed.InvocationConfiguration.Output));
        return command;
    }

    /// <exception cref="NotebookException">A file cannot be read or written, or the endings do not fit.</exception>
    public static int Run(IReadOnlyList<string> files, bool check, bool force, TextWriter output)
    {
        var (from, to) = (files.SkipLast(1).ToList(), files[^1]);
        if (from.Count == 0 && IsNotebook(to))
        {
            from = SourcesOf(to);
        }

        if (from.Count > 0 && from.TrueForAll(IsSource) && IsNotebook(to))
        {
            var made = NotebookBuilder.Build([.. from.Select(SourceFile.Read)]);
            made.Sources = [.. from.Select(path => Path.GetRelativePath(FolderOf(to), Path.GetFullPath(path)).Replace('\\', '/'))];
            return check ? Compare(made, to, output) : Save(made, to, output);
        }

        if (from.Count == 1 && IsNotebook(from[0]) && IsSource(to) && !check)
        {
            return Save(SourceWriter.Write(NotebookDocument.Read(from[0])), to, force, output);
        }

        throw new NotebookException("Give C# files and then a notebook (a.cs b.cs out.ipynb), or a notebook and then a C# file (in.ipynb out.cs).");
    }

    private static List<string> SourcesOf(string notebook) =>
        NotebookDocument.Read(notebook).Sources is { Count: > 0 } sources
            ? [.. sources.Select(path => Path.GetFullPath(Path.Combine(FolderOf(notebook), path)))]
            : throw new NotebookException($"'{notebook}' does not say which C# files it was made from. Name them before it: a.cs b.cs {Path.GetFileName(notebook)}");

    private static string FolderOf(string path) => Path.GetDirectoryName(Path.GetFullPath(path))!;

    private static bool IsNotebook(string path) => path.EndsWith(NotebookEnding, StringComparison.OrdinalIgnoreCase);

    private static bool IsSource(string path) => path.EndsWith(SourceEnding, StringComparison.OrdinalIgnoreCase);

    // Outputs of cells that say the same stay; they took time.
    private static int Save(NotebookDocument made, string path, TextWriter output)
    {
        if (File.Exists(path))
        {
            made.TakeOutputsFrom(NotebookDocument.Read(path));
        }

        made.Write(path);
        output.WriteLine($"{path}: {made.Cells.Count} cells");
        return ExitCode.Done;
    }

    private static int Save(string source, string path, bool force, TextWriter output)
    {
        try
        {
            if (!force && File.Exists(path) && File.ReadAllText(path) != source)
            {
                throw new NotebookException($"'{path}' is there and says something else. Give another name, or --force to write over it.");
            }

            Runtime.AtomicFile.Write(path, stream => stream.Write(System.Text.Encoding.UTF8.GetBytes(source)));
        }
        catch (Exception exception) when (exception is IOException or UnauthorizedAccessException)
        {
            throw new NotebookException($"The file '{path}' cannot be written: {exception.Message}", exception);
        }

        output.WriteLine(path);
        return ExitCode.Done;
    }

    private static int Compare(NotebookDocument made, string path, TextWriter output)
    {
        var there = NotebookDocument.Read(path).Cells;
        for (var i = 0; i < Math.Max(there.Count, made.Cells.Count); i++)
        {
            var (wanted, found) = (made.Cells.ElementAtOrDefault(i), there.ElementAtOrDefault(i));
            if (wanted?.Source != found?.Source || wanted?.Kind != found?.Kind)
            {
                output.WriteLine($"{path}: cell {i + 1} is not that of the C# files. Make the notebook again with: dlc-notebook convert … {path}");
                output.WriteLine($"in the notebook:\n{found?.Source ?? "(no cell)"}\nin the C# files:\n{wanted?.Source ?? "(no cell)"}");
                return ExitCode.Failed;
            }
        }

        output.WriteLine($"{path} agrees with its C# files");
        return ExitCode.Done;
    }
}
