using DeepLearningCourse.Notebooks.Execution;
using DeepLearningCourse.Notebooks.Jupyter;

namespace DeepLearningCourse.Notebooks.Tests.Jupyter;

/// <summary>A kernel and a client for each test.</summary>
[NonParallelizable]
internal abstract class KernelTest
{
    protected const string Key = "a3f1-key";

    protected FakeSession Session { get; private set; } = null!;

    protected ConnectionInfo Connection { get; private set; } = null!;

    protected JupyterKernel Kernel { get; private set; } = null!;

    protected TestClient Client { get; private set; } = null!;

    protected List<string> Log { get; } = [];

    [SetUp]
    public void Begin()
    {
        Session = new FakeSession();
        Connection = TestClient.FreeConnection(Key);
        Log.Clear();
        Kernel = new JupyterKernel(Connection, NewSession, Log.Add);
        Client = new TestClient(Connection);
        Client.WaitUntilHeard();
    }

    [TearDown]
    public void End()
    {
        Client.Dispose();
        Kernel.Dispose();
        Session.Dispose();
        Session.Running.Dispose();
    }

    protected virtual ICodeSession NewSession() => Session;

    /// <summary>Executes a cell and waits for all that comes of it.</summary>
    protected (TestMessage Reply, List<TestMessage> Published) Run(string code, Action<System.Text.Json.Nodes.JsonObject>? change = null)
    {
        var id = Client.Execute(code, change);
        var reply = Client.Reply(Client.Shell);
        Assert.That(reply.Parent, Is.EqualTo(id));
        return (reply, Client.PublishedFor(id));
    }
}
