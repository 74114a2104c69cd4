using DeepLearningCourse.Notebooks.Jupyter;
using DeepLearningCourse.Tests.Data;

namespace DeepLearningCourse.Notebooks.Tests.Jupyter;

public sealed class ConnectionInfoTests
{
    private const string Ports = "\"shell_port\": 1, \"iopub_port\": 2, \"stdin_port\": 3, \"control_port\": 4, \"hb_port\": 5";

    [Test]
    public void A_connection_file_is_read_with_what_is_not_known_left_alone()
    {
        var info = Read($$"""{ {{Ports}}, "ip": "127.0.0.2", "key": "k", "transport": "tcp", "signature_scheme": "hmac-sha256", "kernel_name": "dlc-csharp" }""");

        Assert.That((info.ShellPort, info.PublishPort, info.StandardInputPort, info.ControlPort, info.HeartbeatPort), Is.EqualTo((1, 2, 3, 4, 5)));
        Assert.That((info.AddressOf(9), info.Key), Is.EqualTo(("tcp://127.0.0.2:9", "k")));
    }

    [TestCase("no json", "no connection file")]
    [TestCase("{}", "shell_port")]
    [TestCase("{ " + Ports + ", \"transport\": \"ipc\" }", "'ipc'")]
    [TestCase("{ " + Ports + ", \"key\": \"k\", \"signature_scheme\": \"hmac-md5\" }", "'hmac-md5'")]
    [TestCase("{ " + Ports + ", \"key\": null }", "is no connection file of Jupyter")]
    [TestCase("{ " + Ports + ", \"ip\": \"::1\" }", "has the ip ::1, and this kernel listens at IPv4 addresses. Set c.KernelManager.ip to one in Jupyter's configuration, such as 127.0.0.1.")]
    [TestCase("{ \"shell_port\": 1, \"iopub_port\": 70000, \"stdin_port\": 3, \"control_port\": 4, \"hb_port\": 5 }",
        "has iopub_port 70000, and a port is a number from 1 to 65535. Let Jupyter write the file anew: restart the kernel.")]
    [TestCase("{ \"shell_port\": 0, \"iopub_port\": 2, \"stdin_port\": 3, \"control_port\": 4, \"hb_port\": 5 }",
        "has shell_port 0, and a port is a number from 1 to 65535. Let Jupyter write the file anew: restart the kernel.")]
    public void What_cannot_be_served_is_said(string content, string words) =>
        Assert.That(() => Read(content), Throws.InstanceOf<InvalidDataException>().With.Message.Contain(words));

    private static ConnectionInfo Read(string content)
    {
        using TemporaryFolder folder = new();
        File.WriteAllText(folder["kernel.json"], content);
        return ConnectionInfo.Read(folder["kernel.json"]);
    }
}
