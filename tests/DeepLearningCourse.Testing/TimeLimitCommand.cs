using NUnit.Framework.Interfaces;
using NUnit.Framework.Internal;
using NUnit.Framework.Internal.Commands;

namespace DeepLearningCourse.Testing;

/// <summary>Runs a test on a thread of its own and fails it when its time is up.</summary>
internal sealed class TimeLimitCommand(TestCommand test, TimeSpan limit) : DelegatingTestCommand(test)
{
    // What a test that is interrupted may take for its finally blocks and its TearDown.
    private static readonly TimeSpan Grace = TimeSpan.FromSeconds(5);

    /// <inheritdoc/>
    public override TestResult Execute(TestExecutionContext context)
    {
        // A thread that is left behind goes on writing into its own result, not into the one that is reported.
        TestExecutionContext own = new(context) { CurrentResult = context.CurrentTest.MakeTestResult() };
        TestThread thread = new(context.CurrentTest.Name, () => Run(own));

        if (thread.Ends(limit))
        {
            context.CurrentResult = own.CurrentResult;
        }
        else if (thread.EndsInterrupted(Grace))
        {
            context.CurrentResult = Late(context, "its thread was interrupted", own.CurrentResult);
        }
        else
        {
            context.CurrentResult = Late(context, "its thread is left behind: " + thread.Describe());
        }

        return context.CurrentResult;
    }

    private void Run(TestExecutionContext own)
    {
        own.EstablishExecutionEnvironment();

        try
        {
            own.CurrentResult = innerCommand.Execute(own);
        }
        catch (Exception exception)
        {
            own.CurrentResult.RecordException(exception);
        }
    }

    private TestResult Late(TestExecutionContext context, string what, TestResult? end = null)
    {
        var result = context.CurrentTest.MakeTestResult();
        var message = FormattableString.Invariant($"The test did not end within {limit.TotalSeconds} s; {what}.");
        result.SetResult(ResultState.Failure, end?.Message is { } last ? $"{message}\n{last}" : message, end?.StackTrace);
        return result;
    }
}
