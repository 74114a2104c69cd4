using System.CommandLine;
using System.Net.Sockets;
using System.Runtime.InteropServices;
using DeepLearningCourse.Notebooks.Execution;
using DeepLearningCourse.Notebooks.Jupyter;
using NetMQ;

namespace DeepLearningCourse.Notebooks.Commands;

/// <summary><c>dlc-notebook kernel</c>: C# cells in Jupyter.</summary>
internal static class KernelCommand
{
    private const string DefaultDisplayName = "C# (DeepLearningCourse)";

    public static Command Create() => new("kernel", "Makes C# with this library a language of Jupyter's notebooks.") { CreateInstall(), CreateUninstall(), CreateStart() };

    private static Command CreateInstall()
    {
        KernelPlace place = new();
        Option<string> displayName = new("--display-name") { Description = "What Jupyter's menus call it.", DefaultValueFactory = _ => DefaultDisplayName };
        Command command = new("install", "Tells Jupyter about the kernel.") { displayName };
        place.AddTo(command);
        command.SetAction(parsed => Report(parsed, () =>
        {
            var folder = KernelSpec.Install(place.Folder(parsed), place.NameIn(parsed), parsed.GetValue(displayName)!, KernelSpec.ThisProgram());
            return $"The kernel is in {folder}. In Jupyter it is called '{parsed.GetValue(displayName)}'; running servers show it after a reload.";
        }));
        return command;
    }

    private static Command CreateUninstall()
    {
        KernelPlace place = new();
        Command command = new("uninstall", "Takes the kernel out of Jupyter.");
        place.AddTo(command);
        command.SetAction(parsed => Report(parsed, () => $"The kernel was taken out of {KernelSpec.Uninstall(place.Folder(parsed), place.NameIn(parsed))}."));
        return command;
    }

    private static Command CreateStart()
    {
        Option<string> file = new("--connection-file") { Description = "The file in which Jupyter says where to listen.", Required = true };
        Command command = new("start", "Runs the kernel; Jupyter calls this.") { file };
        command.SetAction(parsed => Serve(parsed.GetValue(file)!, parsed.InvocationConfiguration.Error));
        return command;
    }

    private static int Report(ParseResult parsed, Func<string> work)
    {
        try
        {
            parsed.InvocationConfiguration.Output.WriteLine(work());
            return 0;
        }
        catch (Exception problem) when (problem is IOException or UnauthorizedAccessException or ArgumentException or InvalidOperationException)
        {
            parsed.InvocationConfiguration.Error.WriteLine(problem.Message);
            return 1;
        }
    }

    private static int Serve(string file, TextWriter log)
    {
        try
        {
            Serve(ConnectionInfo.Read(file), log);
        }
        catch (Exception problem) when (problem is IOException or UnauthorizedAccessException or InvalidDataException)
        {
            log.WriteLine(problem.Message);
            return 1;
        }
        catch (Exception problem) when (problem is NetMQException or SocketException or ArgumentException)
        {
            log.WriteLine($"The kernel cannot listen where {file} says ({problem.Message}). Another program has a port of it, or its ip is not this machine's: restart the kernel.");
            return 1;
        }

        NetMQConfig.Cleanup(block: true);
        // Threads that cells left behind would keep the process, and its memory, for ever.
        Environment.Exit(0);
        return 0;
    }

    private static void Serve(ConnectionInfo connection, TextWriter log)
    {
        using JupyterKernel kernel = new(connection, static () => new CodeSession(), log.WriteLine);
        using var interrupt = PosixSignalRegistration.Create(PosixSignal.SIGINT, signal =>
        {
            signal.Cancel = true;
            kernel.Interrupt();
        });
        using var terminate = PosixSignalRegistration.Create(PosixSignal.SIGTERM, signal =>
        {
            signal.Cancel = true;
            kernel.Stop();
        });
        using var watch = ParentWatch.OfJupyter(kernel.Stop);
        AppDomain.CurrentDomain.ProcessExit += (_, _) => kernel.EndWithProcess();
        kernel.Wait();
    }
}
