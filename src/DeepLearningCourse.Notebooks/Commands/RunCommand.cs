using System.CommandLine;
using System.Globalization;
using DeepLearningCourse.Notebooks.Documents;
using DeepLearningCourse.Notebooks.Execution;

namespace DeepLearningCourse.Notebooks.Commands;

/// <summary><c>dlc-notebook run</c>: executes a notebook from top to bottom, without a browser.</summary>
internal static class RunCommand
{
    public static Command Create(Func<ICodeSession> newSession)
    {
        Argument<string> file = new("file") { Description = "The notebook (.ipynb), or a C# file with cells (.cs), of which nothing is saved" };
        Option<string?> to = new("--output", "-o") { Description = "Where to write the notebook with its outputs; by default over the file itself" };
        Option<bool> noSave = new("--no-save") { Description = "Write nothing" };
        Option<bool> keepGoing = new("--keep-going") { Description = "Execute the cells after one that failed too" };
        Option<double?> timeout = new("--timeout") { Description = "The seconds that a cell may take" };
        Command command = new("run", "Executes the cells of a notebook in order and writes their outputs into it. They are saved as the cells end. Exits with 1 if a cell fails or does not run.") { file, to, noSave, keepGoing, timeout };
        command.SetAction(parsed => Run(
            new(parsed.GetValue(file)!, parsed.GetValue(to), parsed.GetValue(noSave), parsed.GetValue(keepGoing), parsed.GetValue(timeout)),
            newSession, parsed.InvocationConfiguration.Output));
        return command;
    }

    /// <exception cref="NotebookException">The file cannot be read or written.</exception>
    public static int Run(RunArguments arguments, Func<ICodeSession> newSession, TextWriter console)
    {
        Check(arguments);
        var path = Path.GetFullPath(arguments.File);
        var isSource = path.EndsWith(".cs", StringComparison.OrdinalIgnoreCase);
        var document = isSource ? NotebookBuilder.Build([SourceFile.Read(path)]) : NotebookDocument.Read(path);
        var target = arguments.NoSave || isSource && arguments.Output is null ? null : Path.GetFullPath(arguments.Output ?? path);

        // Paths in cells are taken from the notebook's folder, as in Jupyter.
        var folder = Environment.CurrentDirectory;
        Environment.CurrentDirectory = Path.GetDirectoryName(path)!;

        try
        {
            using var session = newSession();
            using NotebookSaver saver = new(document, target);
            using UnfailingWriter said = new(console);
            NotebookRun run = new(document, session, said, arguments.File, saver);
            using RunSignals signals = new(run, said);
            return run.Execute(arguments.Timeout is { } seconds ? TimeSpan.FromSeconds(seconds) : null, arguments.KeepGoing) ? ExitCode.Done : ExitCode.Failed;
        }
        finally
        {
            Environment.CurrentDirectory = folder;
        }
    }

    // Before the cells run: what they took hours for should not be lost to a wrong word.
    private static void Check(RunArguments arguments)
    {
        if (arguments.Timeout is { } seconds && !(seconds is > 0 and <= 1_000_000))
        {
            throw new NotebookException($"--timeout is {seconds.ToString(CultureInfo.InvariantCulture)}: give the seconds that a cell may take, more than 0 and at most 1000000, or leave it out for no limit.");
        }

        if (arguments.Output is not { } output)
        {
            return;
        }

        if (arguments.NoSave)
        {
            throw new NotebookException("--output and --no-save exclude each other: give one of them.");
        }

        if (!output.EndsWith(".ipynb", StringComparison.OrdinalIgnoreCase))
        {
            throw new NotebookException($"--output is '{output}', and a notebook is what is written: give a name that ends with .ipynb.");
        }

        if (!Directory.Exists(Path.GetDirectoryName(Path.GetFullPath(output))))
        {
            throw new NotebookException($"--output is '{output}', and its folder is not there: make the folder, or give another.");
        }
    }
}
