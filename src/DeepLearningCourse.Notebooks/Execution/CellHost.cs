using DeepLearningCourse.Notebooks.Formatting;

namespace DeepLearningCourse.Notebooks.Execution;

/// <summary>Where the output of the cells goes now. What threads of an earlier cell write comes to the cell that was executed last.</summary>
internal static class CellHost
{
    private static volatile ICellOutput? output;

    /// <summary>The output of the cell that runs, or ran last; null before the first.</summary>
    public static ICellOutput? Output
    {
        get => output;
        set => output = value;
    }

    /// <summary>The same, for what makes no sense without a cell.</summary>
    public static ICellOutput Needed => output ?? throw new NotSupportedException("No cell is running: this works in the cells of a notebook.");

    /// <summary>Shows a value below the cell.</summary>
    public static DisplayedValue Show(object? value)
    {
        var shownIn = Needed;

        // A page may still hold what an earlier session has shown, so a count from 1 would not do.
        var id = Guid.NewGuid().ToString("N");
        shownIn.Display(ValueFormatter.Format(value), id);
        return new DisplayedValue(shownIn, id);
    }
}
