using DeepLearningCourse.Notebooks.Execution;

namespace DeepLearningCourse.Notebooks.Tests.Jupyter;

/// <summary>The kernel over the session that runs C#.</summary>
internal sealed class CodeKernelTests : KernelTest
{
    [Test]
    public void Cells_of_csharp_run_are_interrupted_and_keep_their_variables()
    {
        Assert.That((string?)Run("var kept = 41; kept + 1").Published[2].Content["data"]!["text/plain"], Is.EqualTo("42"));

        var loop = Client.Execute("Console.WriteLine(\"started\"); while (true) { }");
        while (Client.Next(TimeSpan.FromSeconds(60))!.Type != "stream")
        {
            // Busy, and the cell's code.
        }

        Client.Send(Client.Control, "interrupt_request");
        Assert.That(Client.Reply(Client.Shell).Text("ename"), Is.EqualTo("Interrupted"));
        Assert.That(Client.PublishedFor(loop)[^1].State, Is.EqualTo("idle"));
        Assert.That((string?)Run("kept").Published[2].Content["data"]!["text/plain"], Is.EqualTo("41"));
    }

    [Test]
    public void The_console_asks_the_client()
    {
        var id = Client.Execute("Console.WriteLine(Console.ReadLine() + input(\"? \"))", content => content["allow_stdin"] = true);
        foreach (var answer in new[] { "a", "b" })
        {
            _ = Client.Reply(Client.StandardInput);
            Client.Send(Client.StandardInput, "input_reply", new() { ["value"] = answer });
        }

        Assert.That(Client.PublishedFor(id)[2].Text("text"), Does.StartWith("ab"));
    }

    protected override ICodeSession NewSession() => new CodeSession();
}
