using System.CommandLine;
using DeepLearningCourse.Notebooks.Commands;
using DeepLearningCourse.Notebooks.Documents;
using DeepLearningCourse.Notebooks.Execution;

RootCommand root = new("C# notebooks: runs them, serves them to Jupyter, and converts them from and to C# files.")
{
    RunCommand.Create(static () => new CodeSession()),
    ConvertCommand.Create(),
    KernelCommand.Create(),
};

try
{
    // The console as it was when the program began: a session takes the present one for its cells.
    var parsed = root.Parse(args);
    var code = parsed.Invoke(new InvocationConfiguration { EnableDefaultExceptionHandler = false, Output = Console.Out, ProcessTerminationTimeout = null });
    // Threads that cells left behind would keep the process for ever.
    Environment.Exit(parsed.Errors.Count > 0 ? ExitCode.Unusable : code);
    return code;
}
catch (NotebookException exception)
{
    Console.Error.WriteLine(exception.Message);
    return ExitCode.Unusable;
}
