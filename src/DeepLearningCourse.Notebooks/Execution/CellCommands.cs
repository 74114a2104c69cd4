using DeepLearningCourse.Notebooks.Formatting;

namespace DeepLearningCourse.Notebooks.Execution;

/// <summary>What a notebook's cells can call by its bare name, also inside of classes and functions.</summary>
public static class CellCommands
{
    /// <summary>Shows a value below the cell, as a last expression would be shown.</summary>
    /// <param name="value">What is to be shown: text, HTML, a tensor, a network, a sequence.</param>
    /// <returns>What puts another value in its place.</returns>
    public static DisplayedValue display(object? value) => CellHost.Show(value);

    /// <summary>Text that is HTML: <c>display(HTML("&lt;b&gt;bold&lt;/b&gt;"))</c>.</summary>
    /// <param name="html">The HTML.</param>
    /// <returns>A value that <see cref="display"/>, or the end of a cell, shows as HTML.</returns>
    public static HtmlText HTML(string html)
    {
        ArgumentNullException.ThrowIfNull(html);
        return new HtmlText(html);
    }

    /// <summary>Asks for a line.</summary>
    /// <param name="prompt">What is asked.</param>
    /// <returns>The line.</returns>
    /// <exception cref="NotSupportedException">Nobody is there to answer.</exception>
    public static string input(string prompt = "") => CellHost.Needed.ReadLine(prompt, isPassword: false);

    /// <summary>Asks for a line that is not shown.</summary>
    /// <param name="prompt">What is asked.</param>
    /// <returns>The line.</returns>
    /// <exception cref="NotSupportedException">Nobody is there to answer.</exception>
    public static string password(string prompt = "") => CellHost.Needed.ReadLine(prompt, isPassword: true);

    /// <summary>Takes away what the cell has shown so far.</summary>
    /// <param name="wait">Whether it stays until the next output comes, so that nothing flickers.</param>
    public static void clear_output(bool wait = false) => CellHost.Needed.Clear(wait);
}
