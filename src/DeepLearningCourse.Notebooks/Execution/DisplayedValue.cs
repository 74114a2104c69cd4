using DeepLearningCourse.Notebooks.Formatting;

namespace DeepLearningCourse.Notebooks.Execution;

/// <summary>A value that is shown below a cell.</summary>
public sealed class DisplayedValue
{
    private readonly ICellOutput output;
    private readonly string id;

    internal DisplayedValue(ICellOutput output, string id) => (this.output, this.id) = (output, id);

    /// <summary>Puts another value in its place.</summary>
    public void Update(object? value) => output.Update(ValueFormatter.Format(value), id);
}
