using NUnit.Framework.Interfaces;
using NUnit.Framework.Internal.Commands;

namespace DeepLearningCourse.Testing;

/// <summary>Ends a test that takes longer than this and fails it, whether it looks at a token or not.</summary>
/// <remarks>
/// NUnit's <c>CancelAfter</c> only asks. Here SetUp, test and TearDown run on a thread of their own. When time is up the thread is
/// interrupted, so that a test that waits fails where it waits; one that does not wait is left behind.
/// </remarks>
[AttributeUsage(AttributeTargets.Method)]
public sealed class TimeLimitAttribute(double seconds) : NUnitAttribute, IWrapSetUpTearDown
{
    /// <summary>What the test may take with its SetUp and TearDown, in seconds.</summary>
    public double Seconds => seconds;

    /// <inheritdoc/>
    public TestCommand Wrap(TestCommand command) => new TimeLimitCommand(command, TimeSpan.FromSeconds(seconds));
}
