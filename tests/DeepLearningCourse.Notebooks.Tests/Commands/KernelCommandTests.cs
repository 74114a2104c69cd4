using System.CommandLine;
using System.Text.Json;
using System.Text.Json.Nodes;
using DeepLearningCourse.Notebooks.Commands;
using DeepLearningCourse.Notebooks.Jupyter;
using DeepLearningCourse.Tests.Data;

namespace DeepLearningCourse.Notebooks.Tests.Commands;

[NonParallelizable]
public sealed class KernelCommandTests
{
    private TemporaryFolder folder = null!;
    private string? before;

    [SetUp]
    public void Begin()
    {
        folder = new TemporaryFolder();
        before = Environment.GetEnvironmentVariable("JUPYTER_DATA_DIR");
        Environment.SetEnvironmentVariable("JUPYTER_DATA_DIR", folder["data"]);
    }

    [TearDown]
    public void End()
    {
        Environment.SetEnvironmentVariable("JUPYTER_DATA_DIR", before);
        folder.Dispose();
    }

    [Test]
    public void Installing_tells_jupyter_how_this_program_is_started()
    {
        var (status, output, _) = Invoke("install");

        var kernel = Kernel("data", "kernels", "dlc-csharp");
        string[] start = ["kernel", "start", "--connection-file", "{connection_file}"];
        Assert.That(status, Is.Zero);
        Assert.That(output, Does.Contain(folder["data"]).And.Contain("C# (DeepLearningCourse)"));
        Assert.That(kernel["argv"]!.AsArray().Select(argument => (string?)argument), Is.EqualTo(KernelSpec.ThisProgram().Concat(start)));
        Assert.That(File.Exists((string)kernel["argv"]![0]!), Is.True);
        Assert.That(((string?)kernel["display_name"], (string?)kernel["language"], (string?)kernel["interrupt_mode"]), Is.EqualTo(("C# (DeepLearningCourse)", "C#", "message")));
    }

    [Test]
    public void A_kernel_below_a_prefix_has_its_own_name_and_is_taken_out_again()
    {
        Assert.That(Invoke("install", "--prefix", folder["env"], "--name", "mine", "--display-name", "Mío").Status, Is.Zero);
        Assert.That(Invoke("install", "--prefix", folder["env"], "--name", "mine", "--display-name", "Mío 2").Status, Is.Zero, "over the one that is there");
        Assert.That((string?)Kernel("env", "share", "jupyter", "kernels", "mine")["display_name"], Is.EqualTo("Mío 2"));

        Assert.That(Invoke("uninstall", "--prefix", folder["env"], "--name", "mine").Status, Is.Zero);
        Assert.That(Directory.Exists(Path.Combine(folder["env"], "share", "jupyter", "kernels", "mine")), Is.False);
    }

    [TestCase("There is no kernel in", "uninstall")]
    [TestCase("cannot be a kernel's name", "install", "--name", "../other")]
    [TestCase("cannot be a kernel's name", "uninstall", "--name", "..")]
    [TestCase("three places", "install", "--user", "--prefix", "x")]
    [TestCase("connection_file.json", "start", "--connection-file", "connection_file.json")]
    public void What_goes_wrong_is_said(string words, params string[] arguments)
    {
        var (status, _, error) = Invoke(arguments);

        Assert.That(status, Is.EqualTo(1));
        Assert.That(error, Does.Contain(words).And.Not.Contain("   at "));
    }

    [TestCase("127.0.0.1", 1, 2, 3, 4, 4)]
    [TestCase("192.0.2.1", 41001, 41002, 41003, 41004, 41005)]
    [TestCase("no such host.invalid", 41001, 41002, 41003, 41004, 41005)]
    [TestCase("/", 41001, 41002, 41003, 41004, 41005)]
    public void A_connection_that_cannot_be_listened_at_is_said(string ip, int shell, int publish, int input, int control, int heartbeat)
    {
        File.WriteAllText(folder["kernel.json"], JsonSerializer.Serialize(
            new { ip, shell_port = shell, iopub_port = publish, stdin_port = input, control_port = control, hb_port = heartbeat, key = "k" }));

        var (status, _, error) = Invoke("start", "--connection-file", folder["kernel.json"]);

        Assert.That(status, Is.EqualTo(1));
        Assert.That(error.Trim(), Does.Match(
            $@"^The kernel cannot listen where {folder["kernel.json"]} says \(.+\)\. Another program has a port of it, or its ip is not this machine's: restart the kernel\.$"));
    }

    private static (int Status, string Output, string Error) Invoke(params string[] arguments)
    {
        using StringWriter output = new();
        using StringWriter error = new();
        var status = KernelCommand.Create().Parse(arguments).Invoke(new InvocationConfiguration { Output = output, Error = error });
        return (status, output.ToString(), error.ToString());
    }

    private JsonNode Kernel(params string[] path) => JsonNode.Parse(File.ReadAllText(Path.Combine([folder.FullName, .. path, "kernel.json"])))!;
}
