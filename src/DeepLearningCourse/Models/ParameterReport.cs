using DeepLearningCourse.Models.Summaries;
using DeepLearningCourse.Runtime.Display;

namespace DeepLearningCourse.Models;

/// <summary>The statistics of all parameters of a network, as a table for the console or a notebook, or to compute with.</summary>
[TypeFormatterSource(typeof(HtmlFormatterSource))]
public sealed class ParameterReport : IHasHtml
{
    internal ParameterReport(IReadOnlyList<ParameterStatistics> parameters) => Parameters = parameters;

    /// <summary>Each parameter once, in the network's order.</summary>
    public IReadOnlyList<ParameterStatistics> Parameters { get; }

    /// <summary>The statistics of one parameter.</summary>
    /// <param name="name">Its name, for instance <c>w1.weight</c>.</param>
    /// <exception cref="ArgumentException">There is no such parameter, or it stands under the name of the layer it is shared with.</exception>
    public ParameterStatistics this[string name] =>
        Parameters.FirstOrDefault(parameter => parameter.Name == name)
        ?? throw new ArgumentException(
            $"There is no parameter '{name}'. There are {NameList.Of(Parameters.Select(parameter => parameter.Name))}.", nameof(name));

    /// <summary>The table, for a console with a font of fixed width; without the gradient's columns if there is no gradient.</summary>
    /// <returns>Lines of text.</returns>
    public override string ToString() => ParameterTable.Text(this);

    /// <summary>The table for a page or a notebook.</summary>
    /// <returns>A table element of HTML that brings its own style.</returns>
    public string ToHtml() => ParameterTable.Html(this);
}
