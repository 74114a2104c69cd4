using DeepLearningCourse.Notebooks.Execution;

namespace DeepLearningCourse.Notebooks.Tests.Commands;

/// <summary>A session whose cells do what a test says.</summary>
internal sealed class FakeSession(Action<string, ICellOutput> execute) : ICodeSession
{
    private int number;

    public CellResult Execute(string code, ICellOutput output)
    {
        execute(code, output);
        return new CellResult(++number, null, null);
    }

    public void Interrupt()
    {
    }

    public CompletionList Complete(string code, int position) => throw new NotSupportedException();

    public MimeBundle? Inspect(string code, int position) => throw new NotSupportedException();

    public Completeness Check(string code) => throw new NotSupportedException();

    public void Dispose()
    {
    }
}
