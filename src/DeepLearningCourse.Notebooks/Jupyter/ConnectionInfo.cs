using System.Net;
using System.Net.Sockets;
using System.Text;
using System.Text.Json;
using System.Text.Json.Serialization;

namespace DeepLearningCourse.Notebooks.Jupyter;

/// <summary>What a client's connection file says: where the kernel is to listen, and the key that both sign with.</summary>
internal sealed record ConnectionInfo
{
    private static readonly JsonSerializerOptions NoNulls = new() { RespectNullableAnnotations = true };

    [JsonPropertyName("transport")]
    public string Transport { get; init; } = "tcp";

    [JsonPropertyName("ip")]
    public string Address { get; init; } = "127.0.0.1";

    [JsonPropertyName("shell_port")]
    public required int ShellPort { get; init; }

    [JsonPropertyName("control_port")]
    public required int ControlPort { get; init; }

    [JsonPropertyName("stdin_port")]
    public required int StandardInputPort { get; init; }

    [JsonPropertyName("iopub_port")]
    public required int PublishPort { get; init; }

    [JsonPropertyName("hb_port")]
    public required int HeartbeatPort { get; init; }

    [JsonPropertyName("key")]
    public string Key { get; init; } = "";

    [JsonPropertyName("signature_scheme")]
    public string SignatureScheme { get; init; } = "hmac-sha256";

    /// <summary>The key's bytes; none if messages are not signed.</summary>
    [JsonIgnore]
    public byte[] KeyBytes => Encoding.UTF8.GetBytes(Key);

    /// <exception cref="InvalidDataException">The file is none, or asks for what this kernel cannot do.</exception>
    /// <exception cref="IOException">The file cannot be read.</exception>
    public static ConnectionInfo Read(string path)
    {
        try
        {
            var info = JsonSerializer.Deserialize<ConnectionInfo>(File.ReadAllBytes(path), NoNulls) ?? throw new JsonException("It is empty.");
            info.Validate(path);
            return info;
        }
        catch (JsonException problem)
        {
            throw new InvalidDataException($"{path} is no connection file of Jupyter: {problem.Message} Jupyter writes one for each kernel that it starts.", problem);
        }
    }

    /// <summary>The address of a port, as the sockets want it.</summary>
    public string AddressOf(int port) => $"tcp://{(Address is "" ? "127.0.0.1" : Address)}:{port}";

    private void Validate(string path)
    {
        if (Transport != "tcp")
        {
            throw new InvalidDataException($"{path} asks for the transport '{Transport}', and this kernel has only tcp. Take c.KernelManager.transport out of Jupyter's configuration.");
        }

        (string Name, int Port)[] ports = [("shell_port", ShellPort), ("control_port", ControlPort), ("stdin_port", StandardInputPort), ("iopub_port", PublishPort), ("hb_port", HeartbeatPort)];
        if (Array.Find(ports, each => each.Port is < 1 or > IPEndPoint.MaxPort) is { Name: not null } wrong)
        {
            throw new InvalidDataException($"{path} has {wrong.Name} {wrong.Port}, and a port is a number from 1 to {IPEndPoint.MaxPort}. Let Jupyter write the file anew: restart the kernel.");
        }

        if (IPAddress.TryParse(Address, out var address) && address.AddressFamily != AddressFamily.InterNetwork)
        {
            throw new InvalidDataException($"{path} has the ip {Address}, and this kernel listens at IPv4 addresses. Set c.KernelManager.ip to one in Jupyter's configuration, such as 127.0.0.1.");
        }

        if (Key.Length > 0 && SignatureScheme != "hmac-sha256")
        {
            throw new InvalidDataException($"{path} asks for signatures by '{SignatureScheme}', and this kernel has only hmac-sha256. Take c.Session.signature_scheme out of Jupyter's configuration.");
        }
    }
}
