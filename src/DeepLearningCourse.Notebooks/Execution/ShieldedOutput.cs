using System.Runtime.CompilerServices;

namespace DeepLearningCourse.Notebooks.Execution;

/// <summary>
/// An output that an interrupt does not cut in two. The runtime aborts no thread within a finally block, so what a cell has begun to send, such as a message
/// of several parts, is sent to its end.
/// </summary>
internal sealed class ShieldedOutput(ICellOutput output) : ICellOutput
{
    public void WriteOut(string text) => Whole(() => output.WriteOut(text));

    public void WriteError(string text) => Whole(() => output.WriteError(text));

    public void Display(MimeBundle content, string? displayId) => Whole(() => output.Display(content, displayId));

    public void Update(MimeBundle content, string displayId) => Whole(() => output.Update(content, displayId));

    public void Clear(bool wait) => Whole(() => output.Clear(wait));

    // It waits for a person, and must end with the cell.
    public string ReadLine(string prompt, bool isPassword) => output.ReadLine(prompt, isPassword);

    public void ThreadFailed(CellError error) => Whole(() => output.ThreadFailed(error));

    // Optimized, a try that does nothing is compiled away, and its finally block is none any more.
    [MethodImpl(MethodImplOptions.NoOptimization)]
    private static void Whole(Action send)
    {
        try
        {
            // Nothing: see above.
        }
        finally
        {
            send();
        }
    }
}
