using System.Diagnostics.CodeAnalysis;
using System.Text.Json.Nodes;
using DeepLearningCourse.Notebooks.Execution;

namespace DeepLearningCourse.Notebooks.Jupyter;

/// <summary>
/// A session of cells served to Jupyter's clients by its messaging protocol (https://jupyter-client.readthedocs.io/en/stable/messaging.html). Requests of the shell are
/// answered in their order by one thread, those of the control channel at once by another, and both sockets are read by a third.
/// </summary>
internal sealed class JupyterKernel : IDisposable
{
    private static readonly TimeSpan PatienceWithCell = TimeSpan.FromSeconds(2);

    private readonly ICodeSession session;
    private readonly KernelSockets sockets;
    private readonly OutputQueue output;
    private readonly StandardInput input;
    private readonly CellRequests cells;
    private readonly CodeQuestions questions;
    private readonly ExecutionHistory history = new();
    private readonly RequestQueue shell = new("Jupyter shell");
    private readonly RequestQueue control = new("Jupyter control");
    private readonly ManualResetEventSlim ended = new();
    private readonly Action<string> log;
    private long received;
    private long lastToAbort;
    private volatile ReceivedMessage? executing;
    private int disposed;

    /// <summary>Listens where the connection says. The session is the kernel's from now on.</summary>
    /// <exception cref="NetMQ.NetMQException">A port is taken.</exception>
    public JupyterKernel(ConnectionInfo connection, Func<ICodeSession> newSession, Action<string> log)
    {
        this.log = log;
        session = newSession();
        questions = new CodeQuestions(session);

        try
        {
            sockets = new KernelSockets(connection, new MessageFrames(new MessageSigner(connection.KeyBytes), TimeProvider.System), Receive, log);
        }
        catch
        {
            shell.Dispose();
            control.Dispose();
            session.Dispose();
            throw;
        }

        output = new OutputQueue(sockets.Send);
        input = new StandardInput(output);
        cells = new CellRequests(session, output, input, history);
        sockets.Start();
        SendState("{}"u8.ToArray(), "starting");
    }

    /// <summary>Waits until a client, or <see cref="Stop"/>, ends the kernel.</summary>
    public void Wait() => ended.Wait();

    /// <summary>Ends the wait for the kernel's end.</summary>
    public void Stop() => ended.Set();

    /// <summary>Ends the cell that runs now.</summary>
    public void Interrupt() => session.Interrupt();

    /// <summary>Ends the cell that runs, tells clients what is still to be told, and gives ports and threads back.</summary>
    public void Dispose()
    {
        if (Interlocked.Exchange(ref disposed, 1) == 1)
        {
            return;
        }

        Stop();
        Volatile.Write(ref lastToAbort, long.MaxValue);
        session.Interrupt();
        shell.Close(PatienceWithCell);
        control.Close(PatienceWithCell);
        output.Dispose();
        sockets.Dispose();
        shell.Dispose();
        control.Dispose();
        session.Dispose();
        ended.Dispose();
    }

    /// <summary>Tells the client whose cell ends the process by <c>Environment.Exit</c>, which nothing can keep from ending it, why the kernel is gone.</summary>
    public void EndWithProcess()
    {
        if (executing is not { } request || Interlocked.Exchange(ref disposed, 1) == 1)
        {
            return;
        }

        var error = CellErrors.Exited("and this kernel with it: all variables are gone");
        cells.Fail(request, error);
        Reply(request, Failure(error.Name, error.Message));
        SendState(request.Header, "idle");
        sockets.Dispose();
    }

    // On the thread of the sockets: nothing here waits.
    private void Receive(ReceivedMessage message)
    {
        if (message.Channel == KernelChannel.StandardInput)
        {
            ReceiveAnswer(message);
            return;
        }

        var place = Interlocked.Increment(ref received);
        var atOnce = message.Channel == KernelChannel.Control || message.Type is "shutdown_request" or "interrupt_request";
        (atOnce ? control : shell).Add(() => Handle(message, place));
    }

    private void ReceiveAnswer(ReceivedMessage message)
    {
        try
        {
            input.Receive(message);
        }
        catch (Exception problem) when (problem is InvalidOperationException or FormatException)
        {
            log($"An answer was dropped: {problem.Message}");
        }
    }

    [SuppressMessage("Design", "CA1031", Justification = "A request that fails is answered so, and the kernel goes on.")]
    private void Handle(ReceivedMessage request, long place)
    {
        SendState(request.Header, "busy");

        try
        {
            if (Answer(request, place) is { } content)
            {
                Reply(request, content);
            }
        }
        catch (Exception problem)
        {
            log($"A request of type '{request.Type}' failed: {problem}");
            if (IsQuestion(request))
            {
                Reply(request, Failure(problem.GetType().Name, problem.Message));
            }
        }

        output.Flush();
        SendState(request.Header, "idle");
        if (request.Type == "shutdown_request")
        {
            Stop();
        }
    }

    private JsonObject? Answer(ReceivedMessage request, long place) => request.Type switch
    {
        "execute_request" => Execute(request, place),
        "kernel_info_request" => KernelInfo.Content(),
        "complete_request" => questions.Complete(request),
        "inspect_request" => questions.Inspect(request),
        "is_complete_request" => questions.IsComplete(request),
        "history_request" => history.Answer(request),
        "comm_info_request" => new JsonObject { ["status"] = "ok", ["comms"] = new JsonObject() },
        "comm_open" => CloseComm(request),
        "interrupt_request" => InterruptCell(),
        "shutdown_request" => new JsonObject { ["status"] = "ok", ["restart"] = request.Flag("restart", otherwise: false) },
        _ when IsQuestion(request) => Failure("NotSupported", $"This kernel has no answer to a message of type '{request.Type}'."),
        // comm_msg, comm_close and whatever else wants no reply.
        _ => null,
    };

    private JsonObject Execute(ReceivedMessage request, long place)
    {
        if (place <= Volatile.Read(ref lastToAbort))
        {
            return CellRequests.Aborted();
        }

        executing = request;
        var reply = cells.Execute(request, out var goOn);
        executing = null;
        if (!goOn)
        {
            Volatile.Write(ref lastToAbort, Math.Max(Volatile.Read(ref lastToAbort), Volatile.Read(ref received)));
        }

        return reply;
    }

    private JsonObject InterruptCell()
    {
        session.Interrupt();
        return new JsonObject { ["status"] = "ok" };
    }

    // Comms are opened by widgets, of which this kernel has none: the protocol wants one that is not known closed.
    private JsonObject? CloseComm(ReceivedMessage request)
    {
        output.Send(OutgoingMessage.Published(request.Header, "comm_close", new JsonObject { ["comm_id"] = request.Text("comm_id"), ["data"] = new JsonObject() }));
        return null;
    }

    private static bool IsQuestion(ReceivedMessage message) => message.Type.EndsWith("_request", StringComparison.Ordinal);

    private static JsonObject Failure(string name, string message) =>
        new() { ["status"] = "error", ["ename"] = name, ["evalue"] = message, ["traceback"] = new JsonArray(message) };

    private void Reply(ReceivedMessage request, JsonObject content)
    {
        // What the request has put out comes before its reply.
        output.Flush();
        sockets.Send(OutgoingMessage.Reply(request, request.Type[..^"request".Length] + "reply", content));
    }

    private void SendState(byte[] parentHeader, string state) =>
        sockets.Send(OutgoingMessage.Published(parentHeader, "status", new JsonObject { ["execution_state"] = state }));
}
