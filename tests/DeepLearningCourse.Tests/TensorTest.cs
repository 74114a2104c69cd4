using NUnit.Framework.Interfaces;
using TorchSharp;

namespace DeepLearningCourse.Tests;

/// <summary>A test that seeds libtorch, disposes its own tensors and fails if the code under test left any alive.</summary>
public abstract class TensorTest
{
    private DisposeScope? scope;
    private long tensorsBefore;

    /// <summary>The tensors of all threads. TorchSharp counts each new Parameter once too often here: see NetworkTest.</summary>
    protected virtual long LiveTensors => torch.Tensor.TotalCount;

    [SetUp]
    public void OpenScope()
    {
        // What earlier tests dropped must be finalized before the count, not during the test.
        GC.Collect();
        GC.WaitForPendingFinalizers();
        torch.manual_seed(0);
        tensorsBefore = LiveTensors;
        scope = torch.NewDisposeScope();
    }

    [TearDown]
    public void CountTensors()
    {
        scope?.Dispose();

        if (TestContext.CurrentContext.Result.Outcome.Status == TestStatus.Passed)
        {
            Assert.That(LiveTensors, Is.EqualTo(tensorsBefore), "live tensors after the test");
        }
    }
}
