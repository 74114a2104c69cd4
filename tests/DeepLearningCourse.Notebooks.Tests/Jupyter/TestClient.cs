using System.Net;
using System.Net.Sockets;
using System.Security.Cryptography;
using System.Text;
using System.Text.Json.Nodes;
using DeepLearningCourse.Notebooks.Jupyter;
using NetMQ;
using NetMQ.Sockets;

namespace DeepLearningCourse.Notebooks.Tests.Jupyter;

/// <summary>A client of a kernel, which signs by itself and not with the kernel's code.</summary>
internal sealed class TestClient : IDisposable
{
    private static readonly TimeSpan Patience = TimeSpan.FromSeconds(60);

    private readonly SubscriberSocket published = new();
    private readonly string key;

    public TestClient(ConnectionInfo connection)
    {
        key = connection.Key;
        Connect(Shell, connection.ShellPort);
        Connect(Control, connection.ControlPort);
        Connect(StandardInput, connection.StandardInputPort);
        Heartbeat.Connect($"tcp://127.0.0.1:{connection.HeartbeatPort}");
        published.Connect($"tcp://127.0.0.1:{connection.PublishPort}");
        published.SubscribeToAnyTopic();
    }

    public DealerSocket Shell { get; } = new();

    public DealerSocket Control { get; } = new();

    public DealerSocket StandardInput { get; } = new();

    public RequestSocket Heartbeat { get; } = new();

    /// <summary>Five ports that nothing listens at.</summary>
    public static ConnectionInfo FreeConnection(string key)
    {
        var listeners = Enumerable.Range(0, 5).Select(_ => new TcpListener(IPAddress.Loopback, 0)).ToArray();
        foreach (var listener in listeners)
        {
            listener.Start();
        }

        var ports = listeners.Select(listener => ((IPEndPoint)listener.LocalEndpoint).Port).ToArray();
        foreach (var listener in listeners)
        {
            listener.Dispose();
        }

        return new ConnectionInfo { ShellPort = ports[0], ControlPort = ports[1], StandardInputPort = ports[2], PublishPort = ports[3], HeartbeatPort = ports[4], Key = key };
    }

    /// <summary>Asks until the kernel's publications arrive: a subscription takes a moment.</summary>
    public void WaitUntilHeard()
    {
        for (var attempt = 0; attempt < 600; attempt++)
        {
            var id = Send(Shell, "kernel_info_request");
            _ = Reply(Shell);
            if (Next(TimeSpan.FromMilliseconds(100)) is { } first)
            {
                while (first.Parent != id || first.State != "idle")
                {
                    first = Next(Patience)!;
                }

                return;
            }
        }

        Assert.Fail("Nothing was published.");
    }

    /// <summary>Sends a message and returns its identifier.</summary>
    public string Send(DealerSocket socket, string type, JsonObject? content = null)
    {
        var id = Guid.NewGuid().ToString("N");
        JsonObject header = new() { ["msg_id"] = id, ["msg_type"] = type, ["session"] = "test", ["username"] = "test", ["version"] = "5.3", ["date"] = "2026-01-01T00:00:00Z" };
        SendParts(socket, key, header.ToJsonString(), "{}", "{}", (content ?? []).ToJsonString());
        return id;
    }

    public string Execute(string code, Action<JsonObject>? change = null)
    {
        JsonObject content = new() { ["code"] = code, ["silent"] = false, ["store_history"] = true, ["user_expressions"] = new JsonObject(), ["allow_stdin"] = false, ["stop_on_error"] = true };
        change?.Invoke(content);
        return Send(Shell, "execute_request", content);
    }

    public static void SendParts(DealerSocket socket, string key, params string[] parts) => socket.SendMultipartBytes(Signed(key, parts));

    /// <summary>The frames of a message: the mark, the signature, the parts.</summary>
    public static byte[][] Signed(string key, params string[] parts)
    {
        var bytes = parts.Select(Encoding.UTF8.GetBytes).ToArray();
        var signature = key.Length == 0 ? "" : Convert.ToHexStringLower(HMACSHA256.HashData(Encoding.UTF8.GetBytes(key), bytes.SelectMany(part => part).ToArray()));
        return [Encoding.ASCII.GetBytes("<IDS|MSG>"), Encoding.ASCII.GetBytes(signature), .. bytes];
    }

    public TestMessage Reply(DealerSocket socket) => Receive(socket, Patience) ?? throw new TimeoutException("No reply came.");

    /// <summary>What is published for a message, up to the kernel's being idle.</summary>
    public List<TestMessage> PublishedFor(string id)
    {
        List<TestMessage> messages = [];
        while (messages.Count == 0 || messages[^1].State != "idle")
        {
            var next = Next(Patience) ?? throw new TimeoutException($"The kernel was never idle again; published: {string.Join(", ", messages.Select(message => message.Type))}.");
            if (next.Parent == id)
            {
                messages.Add(next);
            }
        }

        return messages;
    }

    public TestMessage? Next(TimeSpan patience) => Receive(published, patience);

    public TestMessage? Receive(NetMQSocket socket, TimeSpan patience)
    {
        NetMQMessage? message = new();
        return socket.TryReceiveMultipartMessage(patience, ref message) ? Read([.. message!.Select(frame => frame.ToByteArray())]) : null;
    }

    public void Dispose()
    {
        foreach (var socket in new NetMQSocket[] { Shell, Control, StandardInput, Heartbeat, published })
        {
            socket.Options.Linger = TimeSpan.Zero;
            socket.Dispose();
        }
    }

    private static void Connect(DealerSocket socket, int port)
    {
        // A client has one identity on all its sockets, so that the kernel can ask the one whose cell it is.
        socket.Options.Identity = "test-client"u8.ToArray();
        socket.Connect($"tcp://127.0.0.1:{port}");
    }

    private TestMessage Read(byte[][] frames)
    {
        var at = Array.FindIndex(frames, frame => Encoding.ASCII.GetString(frame) == "<IDS|MSG>");
        var parts = frames[(at + 2)..];
        var signature = key.Length == 0 ? "" : Convert.ToHexStringLower(HMACSHA256.HashData(Encoding.UTF8.GetBytes(key), parts.SelectMany(part => part).ToArray()));
        Assert.That(Encoding.ASCII.GetString(frames[at + 1]), Is.EqualTo(signature), "signed with the key");
        var json = parts.Select(part => JsonNode.Parse(part)!.AsObject()).ToArray();
        return new TestMessage(json[0], json[1], json[3]);
    }
}
