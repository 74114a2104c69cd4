using NUnit.Framework.Interfaces;
using TorchSharp;

// The namespace by which the tests of every project know it.
#pragma warning disable IDE0130
namespace DeepLearningCourse.Tests;
#pragma warning restore IDE0130

/// <summary>A test that seeds libtorch, disposes its own tensors and fails if the code under test left any alive.</summary>
public abstract class TensorTest
{
    // The count at which the last such test ended well. While it stands there, nothing that was dropped waits for its finalizer.
    private static long? clean;

    private DisposeScope? scope;
    private long tensorsBefore;

    /// <summary>The tensors of all threads. TorchSharp counts each new Parameter once too often here: see NetworkTest.</summary>
    protected virtual long LiveTensors => torch.Tensor.TotalCount;

    /// <summary>Whether a finalizer changes <see cref="LiveTensors"/>.</summary>
    protected virtual bool CountsFinalized => true;

    /// <summary>Seeds the generator, counts the tensors that are alive and opens the scope of the test's own ones.</summary>
    [SetUp]
    public void OpenScope()
    {
        // What earlier tests dropped must be finalized before the count, not during the test. A collection before
        // each test took longer than most tests; a test of this kind that ended well has dropped nothing.
        if (CountsFinalized && clean != LiveTensors)
        {
            GC.Collect();
            GC.WaitForPendingFinalizers();
        }

        torch.manual_seed(0);
        tensorsBefore = LiveTensors;
        scope = torch.NewDisposeScope();
    }

    /// <summary>Disposes the test's own tensors and fails it if others are alive that were not before it.</summary>
    [TearDown]
    public void CountTensors()
    {
        scope?.Dispose();
        clean = null;

        if (TestContext.CurrentContext.Result.Outcome.Status == TestStatus.Passed)
        {
            Assert.That(LiveTensors, Is.EqualTo(tensorsBefore), "live tensors after the test");
            clean = CountsFinalized ? tensorsBefore : null;
        }
    }
}
