using DeepLearningCourse.Notebooks.Execution;

namespace DeepLearningCourse.Notebooks.Tests.Execution;

[NonParallelizable]
public sealed class CodeInsightTests
{
    private CodeSession session = null!;

    [OneTimeSetUp]
    public void Begin()
    {
        session = new CodeSession();
        RecordedOutput output = new();
        Assert.That(session.Execute("using TorchSharp; using static TorchSharp.torch;", output).Error, Is.Null);
        Assert.That(session.Execute("/// <summary>Doubles.</summary>\nint Twice(int number) => 2 * number;\nvar batch = rand(2, 3);", output).Error, Is.Null);
    }

    [OneTimeTearDown]
    public void End() => session.Dispose();

    [TestCase("nn.Lin", "Linear")]
    [TestCase("var y = bat", "batch")]
    [TestCase("batch.sh", "shape")]
    [TestCase("Twi", "Twice")]
    [TestCase("disp", "display")]
    [TestCase("forea", "foreach")]
    [TestCase("DeepLearningCourse.Mod", "Models")]
    public void Names_are_completed(string code, string expected)
    {
        var list = session.Complete(code, code.Length);

        Assert.That(list.Items, Does.Contain(expected));
        Assert.That(expected, Does.StartWith(code[list.Start..list.End]));
    }

    [Test]
    public void Nothing_is_completed_after_nonsense() => Assert.That(session.Complete("1.5f.", 5).Items, Has.None.EqualTo("Linear"));

    [Test]
    public void A_name_is_explained_with_its_documentation()
    {
        Assert.That(session.Inspect("nn.Linear(1, 2)", 5)!.Content["text/plain"], Does.Contain("Linear"));
        Assert.That(session.Inspect("DeepLearningCourse.Data.StandardScaler scaler;", 34)!.Content["text/plain"], Does.Contain("StandardScaler").And.Contain("mean"));
        Assert.That(session.Inspect("Twice(2)", 5)!.Content["text/plain"], Does.Contain("int number"));
        Assert.That(session.Inspect("   ", 1), Is.Null);
    }
}
