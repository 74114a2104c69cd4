using System.Net;
using System.Net.Sockets;
using System.Text;
using System.Text.Json.Nodes;
using DeepLearningCourse.Notebooks.Jupyter;
using NetMQ;

namespace DeepLearningCourse.Notebooks.Tests.Jupyter;

internal sealed class ConnectionTests : KernelTest
{
    private const string Header = """{"msg_id":"m","msg_type":"execute_request"}""";
    private const string Code = """{"code":"x"}""";

    [Test]
    public void Only_messages_signed_with_the_key_are_heard()
    {
        TestClient.SendParts(Client.Shell, "another key", Header, "{}", "{}", Code);
        TestClient.SendParts(Client.Shell, "", Header, "{}", "{}", Code);

        Assert.That(Run("signed").Reply.Text("status"), Is.EqualTo("ok"));
        Assert.That(Session.Executed, Is.EqualTo(new[] { "signed" }));
        Assert.That(Log, Has.Count.EqualTo(2).And.All.Contain("signature"));
    }

    [Test]
    public void Malformed_messages_never_end_the_kernel()
    {
        foreach (var socket in new[] { Client.Shell, Client.Control, Client.StandardInput })
        {
            socket.SendFrame("");
            socket.SendFrame([0xff, 0xfe]);
            socket.SendMultipartBytes([Encoding.ASCII.GetBytes("<IDS|MSG>")]);
            socket.SendMultipartBytes([Encoding.ASCII.GetBytes("<IDS|MSG>"), [], [], [], []]);
            TestClient.SendParts(socket, Key, "no json", "{}", "{}", "{}");
            TestClient.SendParts(socket, Key, "[]", "{}", "{}", "{}");
            TestClient.SendParts(socket, Key, "{}", "{}", "{}", "{}");
            TestClient.SendParts(socket, Key, """{"msg_type":7}""", "{}", "{}", "{}");
            TestClient.SendParts(socket, Key, Header, "{}", "{}", "7");
            TestClient.SendParts(socket, Key, Header, "{}", "{}", new string('[', 10_000));
            TestClient.SendParts(socket, Key, """{"msg_type":"execute_request","msg_type":"execute_request"}""", "{}", "{}", "{}");
            TestClient.SendParts(socket, Key, """{"msg_type":"\ud800"}""", "{}", "{}", "{}");
        }

        Assert.That(Run("fine").Reply.Text("status"), Is.EqualTo("ok"));
    }

    [Test, Attack]
    public void Messages_changed_on_their_way_run_nothing()
    {
        const int Count = 2000;
        Random random = new(7);

        for (var i = 0; i < Count; i++)
        {
            var parts = TestClient.Signed(Key, Header, "{}", "{}", Code);
            var part = parts[random.Next(1, parts.Length)];
            part[random.Next(part.Length)] ^= (byte)(1 << random.Next(8));
            Client.Shell.SendMultipartBytes(parts);
        }

        Assert.That(Run("fine").Reply.Text("status"), Is.EqualTo("ok"));
        Assert.That(Session.Executed, Is.EqualTo(new[] { "fine" }));
        Assert.That(Log, Has.Count.EqualTo(Count));
        AttackRecords.Add("Notebooks", $"{Count} messages to the kernel with one bit changed", $"none run, {Log.Count} refused with a line in the log, the next cell answered");
    }

    [Test, Attack]
    public void A_message_that_is_sent_again_runs_once()
    {
        const int Count = 200;
        var parts = TestClient.Signed(Key, Header, "{}", "{}", Code);

        for (var i = 0; i < Count; i++)
        {
            (i % 2 == 0 ? Client.Shell : Client.Control).SendMultipartBytes(parts);
        }

        Client.Reply(Client.Shell);
        Assert.That(Run("fine").Reply.Text("status"), Is.EqualTo("ok"));
        Assert.That(Session.Executed, Is.EqualTo(new[] { "x", "fine" }));
        Assert.That(Log, Has.Count.EqualTo(Count - 1).And.All.EqualTo("A message was dropped: it came before, and no client sends a message twice."));
        AttackRecords.Add("Notebooks", $"a signed message to the kernel sent {Count} times over", $"run once, {Log.Count} refused with a line in the log");
    }

    [Test]
    public void A_connection_without_a_key_is_not_signed()
    {
        var connection = TestClient.FreeConnection("");
        using FakeSession session = new();
        using JupyterKernel kernel = new(connection, () => session, Log.Add);
        using TestClient client = new(connection);
        client.WaitUntilHeard();

        client.Execute("x");

        Assert.That(client.Reply(client.Shell).Text("status"), Is.EqualTo("ok"));
    }

    [Test]
    public void Heartbeat_and_control_answer_while_a_cell_runs_and_an_interrupt_ends_it()
    {
        Session.Cells["while(true){}"] = _ => Session.Loop();
        var id = Client.Execute("while(true){}");
        Session.Running.Wait();

        Client.Heartbeat.SendFrame("ping");
        Assert.That(Client.Heartbeat.ReceiveFrameString(), Is.EqualTo("ping"));
        Client.Send(Client.Control, "kernel_info_request");
        Assert.That(Client.Reply(Client.Control).Type, Is.EqualTo("kernel_info_reply"));
        Client.Send(Client.Control, "interrupt_request");
        Assert.That(Client.Reply(Client.Control).Text("status"), Is.EqualTo("ok"));

        Assert.That(Client.Reply(Client.Shell).Text("ename"), Is.EqualTo("Interrupted"));
        Assert.That(Client.PublishedFor(id).Select(message => message.Type), Is.EqualTo(new[] { "status", "execute_input", "error", "status" }));
    }

    [TestCase(true, false)]
    [TestCase(false, true)]
    public void A_shutdown_is_answered_and_gives_ports_and_session_back(bool onControl, bool restart)
    {
        Session.Cells["endless"] = _ => Session.Loop();
        Client.Execute("endless");
        Session.Running.Wait();

        var socket = onControl ? Client.Control : Client.Shell;
        Client.Send(socket, "shutdown_request", new JsonObject { ["restart"] = restart });
        Kernel.Wait();
        Kernel.Dispose();

        List<TestMessage> replies = [];
        while (replies.All(reply => reply.Type != "shutdown_reply"))
        {
            replies.Add(Client.Reply(socket));
        }

        Assert.That((replies[^1].Type, (bool?)replies[^1].Content["restart"]), Is.EqualTo(("shutdown_reply", restart)));
        Assert.That(Session.IsDisposed, Is.True);
        Assert.That(() => CanListen(Connection), Is.True.After(10_000, 50), "the ports are free");
    }

    [Test]
    public void A_port_that_is_taken_is_an_error_that_leaves_nothing()
    {
        var other = TestClient.FreeConnection(Key) with { HeartbeatPort = Connection.ShellPort };
        FakeSession session = new();

        Assert.That(() => new JupyterKernel(other, () => session, Log.Add), Throws.InstanceOf<NetMQException>());
        Assert.That(session.IsDisposed, Is.True);
        Assert.That(() => CanListen(other with { HeartbeatPort = other.PublishPort }), Is.True.After(10_000, 50));
    }

    private static bool CanListen(ConnectionInfo connection)
    {
        try
        {
            foreach (var port in new[] { connection.ShellPort, connection.ControlPort, connection.StandardInputPort, connection.PublishPort, connection.HeartbeatPort })
            {
                using TcpListener listener = new(IPAddress.Loopback, port);
                listener.Start();
            }

            return true;
        }
        catch (SocketException)
        {
            return false;
        }
    }
}
