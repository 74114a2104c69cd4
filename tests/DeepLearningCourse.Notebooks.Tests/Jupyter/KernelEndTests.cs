using System.Text.Json;
using DeepLearningCourse.Tests.Data;

namespace DeepLearningCourse.Notebooks.Tests.Jupyter;

/// <summary>The kernel as a process, with cells that would end it.</summary>
[NonParallelizable, Platform("Linux,MacOsX")]
public sealed class KernelEndTests
{
    private TemporaryFolder folder = null!;
    private ToolProcess kernel = null!;
    private TestClient client = null!;

    [SetUp]
    public void Begin()
    {
        folder = new TemporaryFolder();
        var connection = TestClient.FreeConnection("key");
        File.WriteAllText(folder["kernel.json"], JsonSerializer.Serialize(connection));
        kernel = new ToolProcess("kernel", "start", "--connection-file", folder["kernel.json"]);
        client = new TestClient(connection);
        client.WaitUntilHeard();
    }

    [TearDown]
    public void End()
    {
        client.Dispose();
        kernel.Dispose();
        folder.Dispose();
    }

    [Test, CancelAfter(180_000), Attack]
    public async Task An_exception_on_a_thread_is_told_and_variables_stay_and_an_exit_is_told_before_the_end(CancellationToken timeout)
    {
        const string Threads = """
            var kept = 41;
            var thread = new Thread(() => throw new InvalidOperationException("broken"));
            thread.Start();
            thread.Join();
            ThreadPool.QueueUserWorkItem(_ => throw new InvalidOperationException("in the pool"));
            async void Forgotten() { await Task.Delay(1); throw new InvalidOperationException("async void"); }
            Forgotten();
            Thread.Sleep(300);
            """;
        var first = client.Execute(Threads);
        Assert.That(client.Reply(client.Shell).Text("status"), Is.EqualTo("ok"), kernel.Output);
        var told = string.Concat(client.PublishedFor(first).Where(message => message.Text("name") == "stderr").Select(message => message.Text("text")));
        Assert.That(told, Does.Contain(
            "A thread that a cell started has ended by an exception that nothing caught. InvalidOperationException: broken. Catch it where the thread begins, or take a Task and await it.\n   at cell 1, line 2"));
        Assert.That(told, Does.Contain("in the pool").And.Contain("async void"));

        var next = client.Execute("kept + 1");
        Assert.That(client.Reply(client.Shell).Text("status"), Is.EqualTo("ok"));
        Assert.That((string?)client.PublishedFor(next)[2].Content["data"]!["text/plain"], Is.EqualTo("42"));

        client.Execute("Environment.Exit(0);");
        Assert.That(client.Reply(client.Shell).Text("evalue"), Is.EqualTo(
            "The cell ended the program with Environment.Exit, and this kernel with it: all variables are gone. A cell ends with its last line, or with an exception: take the call out."));
        await kernel.Ended(timeout);
        AttackRecords.Add("Notebooks", "exceptions that nothing catches on a thread, in the pool and in an `async void`, and then `Environment.Exit`, in a kernel",
            "3 told below the cell, the variables stay; the exit is told before the kernel is gone");
    }

    [Test, CancelAfter(180_000), Attack]
    public async Task A_stack_overflow_ends_the_process_at_once_so_that_jupyter_sees_it(CancellationToken timeout)
    {
        client.Execute("int F(int n) => F(n + 1) + 1; F(0)");

        Assert.That(await kernel.Ended(timeout), Is.Not.Zero);
        Assert.That(kernel.Output, Does.Contain("Stack overflow."));
        AttackRecords.Add("Notebooks", "a stack overflow in a cell of a kernel", ".NET ends the kernel, which no program can prevent; Jupyter says so and starts another");
    }
}
