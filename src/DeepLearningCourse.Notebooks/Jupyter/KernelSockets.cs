using System.Diagnostics.CodeAnalysis;
using DeepLearningCourse.Notebooks.Execution;
using NetMQ;
using NetMQ.Sockets;

namespace DeepLearningCourse.Notebooks.Jupyter;

/// <summary>
/// The kernel's five sockets on one thread, on which no request is worked on: they answer and receive whatever a cell does. A socket is for one thread only, so what
/// is sent from others goes through a queue.
/// </summary>
internal sealed class KernelSockets : IDisposable
{
    // What was sent last, such as the reply to a shutdown, is to arrive after the sockets are closed.
    private static readonly TimeSpan TimeToArrive = TimeSpan.FromSeconds(1);

    private readonly MessageFrames frames;
    private readonly Action<ReceivedMessage> receive;
    private readonly Action<string> log;
    private readonly RouterSocket shell = new();
    private readonly RouterSocket control = new();
    private readonly RouterSocket standardInput = new();
    private readonly PublisherSocket publish = new();
    private readonly RouterSocket heartbeat = new();
    private readonly NetMQQueue<(KernelChannel Channel, IReadOnlyList<byte[]> Frames)?> outgoing = new();
    private readonly NetMQPoller poller;
    private readonly Thread thread;

    /// <summary>Binds the sockets.</summary>
    /// <exception cref="NetMQException">A port is taken.</exception>
    public KernelSockets(ConnectionInfo connection, MessageFrames frames, Action<ReceivedMessage> receive, Action<string> log)
    {
        this.frames = frames;
        this.receive = receive;
        this.log = log;
        poller = [shell, control, standardInput, heartbeat, outgoing];
        thread = ThreadErrors.NewOwn("Jupyter sockets", poller.Run);

        foreach (var router in new[] { shell, control, standardInput })
        {
            // A browser that comes back has the identity of the connection that it lost.
            router.Options.RouterHandover = true;
        }

        try
        {
            Bind(shell, connection.AddressOf(connection.ShellPort));
            Bind(control, connection.AddressOf(connection.ControlPort));
            Bind(standardInput, connection.AddressOf(connection.StandardInputPort));
            Bind(publish, connection.AddressOf(connection.PublishPort));
            Bind(heartbeat, connection.AddressOf(connection.HeartbeatPort));
        }
        catch
        {
            DisposeSockets();
            throw;
        }

        shell.ReceiveReady += (_, _) => Receive(shell, KernelChannel.Shell);
        control.ReceiveReady += (_, _) => Receive(control, KernelChannel.Control);
        standardInput.ReceiveReady += (_, _) => Receive(standardInput, KernelChannel.StandardInput);
        heartbeat.ReceiveReady += (_, _) => heartbeat.SendMultipartMessage(heartbeat.ReceiveMultipartMessage());
        outgoing.ReceiveReady += (_, _) => SendQueued();
    }

    public void Start() => thread.Start();

    /// <summary>Sends a message, from any thread; those of one thread leave in their order.</summary>
    public void Send(OutgoingMessage message) => outgoing.Enqueue((message.Channel, frames.Write(message)));

    /// <summary>Sends what is queued, and closes the sockets.</summary>
    public void Dispose()
    {
        if (thread.IsAlive)
        {
            outgoing.Enqueue(null);
            thread.Join();
        }

        DisposeSockets();
    }

    private static void Bind(NetMQSocket socket, string address)
    {
        socket.Options.Linger = TimeToArrive;
        // Outputs are never thrown away because a client is slow to take them.
        socket.Options.SendHighWatermark = 0;
        socket.Options.ReceiveHighWatermark = 0;
        socket.Bind(address);
    }

    [SuppressMessage("Design", "CA1031", Justification = "Whatever a message has in it, the kernel goes on.")]
    private void Receive(RouterSocket socket, KernelChannel channel)
    {
        var received = socket.ReceiveMultipartMessage().Select(frame => frame.ToByteArray()).ToArray();

        try
        {
            receive(frames.Read(channel, received));
        }
        catch (Exception problem)
        {
            log($"A message was dropped: {problem.Message}");
        }
    }

    private void SendQueued()
    {
        while (outgoing.TryDequeue(out var message, TimeSpan.Zero))
        {
            if (message is null)
            {
                poller.StopAsync();
                return;
            }

            SocketOf(message.Value.Channel).SendMultipartBytes(message.Value.Frames);
        }
    }

    private NetMQSocket SocketOf(KernelChannel channel) => channel switch
    {
        KernelChannel.Shell => shell,
        KernelChannel.Control => control,
        KernelChannel.StandardInput => standardInput,
        _ => publish,
    };

    private void DisposeSockets()
    {
        poller.Dispose();
        outgoing.Dispose();
        shell.Dispose();
        control.Dispose();
        standardInput.Dispose();
        publish.Dispose();
        heartbeat.Dispose();
    }
}
