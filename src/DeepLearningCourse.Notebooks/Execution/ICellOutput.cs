namespace DeepLearningCourse.Notebooks.Execution;

/// <summary>Where a cell's output goes while it runs: into a notebook's file, or to a Jupyter client. Called from any thread.</summary>
internal interface ICellOutput
{
    /// <summary>Text written to the standard output.</summary>
    void WriteOut(string text);

    /// <summary>Text written to the standard error.</summary>
    void WriteError(string text);

    /// <summary>Shows something; with an identifier, <see cref="Update"/> can replace it.</summary>
    void Display(MimeBundle content, string? displayId);

    /// <summary>Puts something in the place of what was shown under the identifier.</summary>
    void Update(MimeBundle content, string displayId);

    /// <summary>Takes away the cell's output so far; if <paramref name="wait"/>, only when the next output comes.</summary>
    void Clear(bool wait);

    /// <summary>Asks the person for a line.</summary>
    /// <exception cref="NotSupportedException">Nobody is there to answer.</exception>
    string ReadLine(string prompt, bool isPassword);

    /// <summary>Says that a thread which a cell started ended by an exception.</summary>
    void ThreadFailed(CellError error) => WriteError(string.Join('\n', error.Traceback) + "\n");
}
