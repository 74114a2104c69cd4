using DeepLearningCourse.Runtime.Display;

namespace DeepLearningCourse.Data;

/// <summary>What a data set is and where it is from.</summary>
/// <param name="Name">Its name.</param>
/// <param name="Description">What its rows, features and target are.</param>
/// <param name="Source">Where it was taken from.</param>
/// <param name="License">Under which licence it may be used and passed on.</param>
/// <param name="Citation">What to cite.</param>
[TypeFormatterSource(typeof(HtmlFormatterSource))]
public sealed record DatasetInfo(string Name, string Description, string Source, string License, string Citation) : IHasHtml
{
    /// <summary>The same as a table for a page or a notebook.</summary>
    /// <returns>A table element of HTML that brings its own style.</returns>
    public string ToHtml() => HtmlTable.Of(
        ["data set", Name],
        [["what", Description], ["from", Source], ["licence", License], ["to cite", Citation]],
        _ => false);
}
