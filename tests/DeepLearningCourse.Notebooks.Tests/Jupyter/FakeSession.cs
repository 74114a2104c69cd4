using System.Globalization;
using DeepLearningCourse.Notebooks.Execution;

namespace DeepLearningCourse.Notebooks.Tests.Jupyter;

/// <summary>A session in which a test says what each cell does.</summary>
internal sealed class FakeSession : ICodeSession
{
    private readonly ManualResetEventSlim interrupted = new();
    private int count;

    /// <summary>What cells do, by their code; a cell without an entry ends at once.</summary>
    public Dictionary<string, Func<ICellOutput, MimeBundle?>> Cells { get; } = [];

    public ManualResetEventSlim Running { get; } = new();

    public List<string> Executed { get; } = [];

    public int? CursorSeen { get; private set; }

    public bool IsDisposed { get; private set; }

    public CellResult Execute(string code, ICellOutput output)
    {
        Executed.Add(code);
        var number = ++count;

        try
        {
            return new CellResult(number, Cells.TryGetValue(code, out var cell) ? cell(output) : null, null);
        }
        catch (OperationCanceledException)
        {
            return new CellResult(number, null, new CellError("Interrupted", "The cell was interrupted.", null, ["The cell was interrupted."]));
        }
        catch (NotSupportedException problem)
        {
            return new CellResult(number, null, new CellError("NotSupportedException", problem.Message, 1, [problem.Message]));
        }
    }

    /// <summary>What a cell without an end does.</summary>
    public MimeBundle? Loop()
    {
        Running.Set();
        interrupted.Wait();
        throw new OperationCanceledException();
    }

    public void Interrupt() => interrupted.Set();

    public CompletionList Complete(string code, int position)
    {
        CursorSeen = position;
        return new CompletionList(["Length", "Last"], code.IndexOf('.', StringComparison.Ordinal) + 1, position);
    }

    public MimeBundle? Inspect(string code, int position)
    {
        CursorSeen = position;
        return code is "" ? null : MimeBundle.Text(position.ToString(CultureInfo.InvariantCulture));
    }

    public Completeness Check(string code) => code switch
    {
        "{" => Completeness.Incomplete,
        "}" => Completeness.Invalid,
        _ => Completeness.Complete,
    };

    public void Dispose()
    {
        IsDisposed = true;
        interrupted.Set();
    }
}
