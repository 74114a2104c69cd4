namespace DeepLearningCourse.Notebooks.Execution;

/// <summary>Something of the notebook's own went wrong in a cell: a directive, a package, libtorch.</summary>
internal sealed class CellException(string name, string message, int? line = null) : Exception(message)
{
    public string Name => name;

    public int? Line => line;
}
