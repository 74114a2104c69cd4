using DeepLearningCourse.Notebooks.Formatting;
using DeepLearningCourse.Runtime;

namespace DeepLearningCourse.Notebooks.Execution;

/// <summary>The library's side of a notebook. Nothing here may be called before libtorch can be found: the library loads it with its first call.</summary>
internal static class LibraryHooks
{
    /// <summary>Shows the library's HTML under the cells.</summary>
    public static void Set() => Notebook.Current = Show;

    /// <summary>Shows it no longer.</summary>
    public static void Remove() => Notebook.Current = null;

    /// <summary>Asks a training that runs to end.</summary>
    public static bool Interrupt() => Notebook.Interrupt();

    private static Action<string> Show(string html)
    {
        var shown = CellCommands.display(new HtmlText(html));
        return next => shown.Update(new HtmlText(next));
    }
}
