using NUnit.Framework.Interfaces;

namespace DeepLearningCourse.Tests.Suite;

/// <summary>TensorTest and NetworkTest find a tensor that is left alive, and count for no test what another has dropped.</summary>
public sealed class LiveTensorTests
{
    private const string Fixture = """
        public sealed class Tensors : TensorTest
        {
            private static Tensor left, other;

            [OneTimeTearDown]
            public void Dispose()
            {
                left.Dispose();
                other.Dispose();
            }

            [Test, Order(1)]
            public void Drops_one_and_fails()
            {
                Drop();
                Assert.Fail();
            }

            [Test, Order(2)]
            public void Disposes_all_while_dropped_ones_are_finalized()
            {
                using var x = zeros(2);
                GC.Collect();
                GC.WaitForPendingFinalizers();
            }

            [Test, Order(3)]
            public void Leaves_one() => left = zeros(2).DetachFromDisposeScope();

            [Test, Order(4)]
            public void Leaves_one_of_another_thread()
            {
                Thread thread = new(() => other = zeros(2));
                thread.Start();
                thread.Join();
            }

            [Test, Order(5)]
            public void Drops_one() => Drop();

            [Test, Order(6)]
            public void Disposes_all() => _ = zeros(2) + 1;

            [System.Runtime.CompilerServices.MethodImpl(System.Runtime.CompilerServices.MethodImplOptions.NoInlining)]
            private static void Drop() => _ = zeros(2).DetachFromDisposeScope();
        }

        public sealed class Networks : NetworkTest
        {
            private static TorchSharp.Modules.Linear left;

            [OneTimeTearDown]
            public void Dispose() => left.Dispose();

            [Test]
            public void Leaves_a_layer() => left = nn.Linear(2, 2);

            [Test]
            public void Disposes_its_layer()
            {
                using var layer = nn.Linear(2, 2);
                _ = layer.call(ones(1, 2));
            }
        }
        """;

    private Dictionary<string, ITestResult> results = null!;

    [OneTimeSetUp]
    public void Run() => results = CompiledFixture.Run(Fixture);

    [TestCase("Leaves_one")]
    [TestCase("Leaves_one_of_another_thread")]
    [TestCase("Drops_one")]
    [TestCase("Leaves_a_layer")]
    public void A_tensor_that_is_left_alive_fails_its_test(string name)
    {
        Assert.That(results[name].ResultState.Status, Is.EqualTo(TestStatus.Failed));
        Assert.That(results[name].Message, Does.Contain("live tensors after the test"));
    }

    [TestCase("Disposes_all_while_dropped_ones_are_finalized")]
    [TestCase("Disposes_all")]
    [TestCase("Disposes_its_layer")]
    public void A_test_that_disposes_its_own_passes(string name) =>
        Assert.That(results[name].ResultState, Is.EqualTo(ResultState.Success), results[name].Message);
}
