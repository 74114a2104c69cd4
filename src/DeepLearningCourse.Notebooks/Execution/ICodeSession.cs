namespace DeepLearningCourse.Notebooks.Execution;

/// <summary>Cells executed one after the other, each with what those before it declared.</summary>
internal interface ICodeSession : IDisposable
{
    /// <summary>Executes a cell on a thread of the session's own and waits for it. Never throws for what the cell does.</summary>
    CellResult Execute(string code, ICellOutput output);

    /// <summary>Ends the cell that runs now, be it in a loop, a sleep or a training; may be called from any thread.</summary>
    void Interrupt();

    /// <summary>What may stand at a position (UTF-16 units) of a cell not yet executed.</summary>
    CompletionList Complete(string code, int position);

    /// <summary>Signature and documentation of what stands at a position; null if there is nothing to say.</summary>
    MimeBundle? Inspect(string code, int position);

    /// <summary>Whether the code could be executed as it stands.</summary>
    Completeness Check(string code);
}
