using NUnit.Framework.Interfaces;

namespace DeepLearningCourse.Tests.Suite;

/// <summary>A test with a limit ends, whatever it does.</summary>
public sealed class TimeLimitTests
{
    private const string Fixture = """
        public sealed class Limited
        {
            private static volatile bool released;
            private int thread;

            [SetUp]
            public void SetUp() => thread = Environment.CurrentManagedThreadId;

            [TearDown]
            public void TearDown()
            {
                TestContext.Out.Write("TearDown ");
                Assert.That(Environment.CurrentManagedThreadId, Is.EqualTo(thread));
            }

            [OneTimeTearDown]
            public void Release() => released = true;

            [Test, TimeLimit(60)]
            public void Passes() => Assert.That(Environment.CurrentManagedThreadId, Is.EqualTo(thread));

            [Test, TimeLimit(60)]
            public void Fails() => Assert.That(1, Is.EqualTo(2), "one and two");

            [Test, TimeLimit(60)]
            public void Skips() => Assert.Ignore("Nothing to do.");

            [Test, TimeLimit(0.3)]
            public void Deadlocks()
            {
                object first = new(), second = new();
                using Barrier both = new(2);
                Thread other = new(() => TakeTwo(both, second, first)) { IsBackground = true };
                other.Start();
                TakeTwo(both, first, second);
            }

            [Test, TimeLimit(0.3)]
            public Task Waits_for_a_task() => new TaskCompletionSource().Task;

            [Test, TimeLimit(0.3)]
            public void Computes_for_ever()
            {
                while (!released)
                {
                }
            }

            private static void TakeTwo(Barrier both, object first, object second)
            {
                lock (first)
                {
                    both.SignalAndWait();
                    lock (second)
                    {
                    }
                }
            }
        }
        """;

    private Dictionary<string, ITestResult> results = null!;

    [OneTimeSetUp]
    public void Run() => results = CompiledFixture.Run(Fixture);

    [Test]
    public void A_test_in_time_runs_on_the_thread_of_its_SetUp_and_TearDown()
    {
        Assert.That(results["Passes"].ResultState, Is.EqualTo(ResultState.Success), results["Passes"].Message);
        Assert.That(results["Passes"].Output, Is.EqualTo("TearDown "));
    }

    [Test]
    public void Its_failure_and_the_reason_why_it_is_skipped_stay()
    {
        Assert.That(results["Fails"].ResultState, Is.EqualTo(ResultState.Failure));
        Assert.That(results["Fails"].Message, Does.Contain("one and two"));
        Assert.That(results["Skips"].ResultState, Is.EqualTo(ResultState.Ignored));
        Assert.That(results["Skips"].Message, Is.EqualTo("Nothing to do."));
    }

    [Test]
    public void A_deadlock_fails_where_it_waits()
    {
        Assert.That(results["Deadlocks"].ResultState, Is.EqualTo(ResultState.Failure));
        Assert.That(results["Deadlocks"].Message, Is.EqualTo(
            "The test did not end within 0.3 s; its thread was interrupted.\n"
            + "System.Threading.ThreadInterruptedException : Thread was interrupted from a waiting state."));
        Assert.That(results["Deadlocks"].StackTrace, Does.Contain("Limited.TakeTwo"));
    }

    [Test]
    public void A_task_that_never_ends_fails()
    {
        Assert.That(results["Waits_for_a_task"].ResultState, Is.EqualTo(ResultState.Failure));
        Assert.That(results["Waits_for_a_task"].Message, Does.StartWith("The test did not end within 0.3 s; its thread was interrupted.\n"));
    }

    [Test]
    public void A_loop_is_left_behind_and_the_other_tests_go_on()
    {
        Assert.That(results["Computes_for_ever"].ResultState, Is.EqualTo(ResultState.Failure));
        Assert.That(results["Computes_for_ever"].Message, Does.StartWith("The test did not end within 0.3 s; its thread is left behind: it "));
        Assert.That(results, Has.Count.EqualTo(6));
    }
}
