using System.Diagnostics.CodeAnalysis;
using DeepLearningCourse.Notebooks.Formatting;

namespace DeepLearningCourse.Notebooks.Execution;

/// <summary>What every cell can call, under the names that Jupyter's users know.</summary>
[SuppressMessage("Naming", "IDE1006", Justification = "Jupyter's names.")]
[SuppressMessage("Performance", "CA1822", Justification = "Cells call these as functions of their own.")]
public sealed class NotebookGlobals
{
    private readonly Func<ICellOutput?> current;
    private long shown;

    internal NotebookGlobals(Func<ICellOutput?> current) => this.current = current;

    /// <summary>Shows a value below the cell, in its richest form.</summary>
    /// <returns>What puts another value in its place.</returns>
    public DisplayedValue display(object? value)
    {
        var output = current();
        var id = $"display-{Interlocked.Increment(ref shown)}";
        output?.Display(ValueFormatter.Format(value), id);
        return new DisplayedValue(output, id);
    }

    /// <summary>A text that is shown as HTML: <c>display(HTML("&lt;b&gt;…&lt;/b&gt;"))</c>, or as the last line of a cell.</summary>
    public HtmlText HTML(string html) => new(html);

    /// <summary>Asks the person for a line.</summary>
    /// <exception cref="NotSupportedException">Nobody is there to answer.</exception>
    public string input(string prompt = "") => Ask(prompt, isPassword: false);

    /// <summary>Asks the person for a line that is not shown.</summary>
    /// <exception cref="NotSupportedException">Nobody is there to answer.</exception>
    public string password(string prompt = "") => Ask(prompt, isPassword: true);

    /// <summary>Takes away what the cell has shown so far; if <paramref name="wait"/>, only when the next output comes.</summary>
    public void clear_output(bool wait = false) => current()?.Clear(wait);

    private string Ask(string prompt, bool isPassword) =>
        current()?.ReadLine(prompt, isPassword) ?? throw new NotSupportedException("There is nobody to ask: no cell is running.");
}
