using System.Collections;
using System.Diagnostics.CodeAnalysis;

namespace DeepLearningCourse.Runtime.Display;

/// <summary>Shows what has HTML of its own as that, and as text where there is no browser.</summary>
internal sealed class HtmlFormatterSource
{
    [SuppressMessage("Performance", "CA1822", Justification = "Notebooks call it by its name on an object.")]
    public IEnumerable CreateTypeFormatters() =>
        new[] { new ValueFormatter("text/html", value => (value as IHasHtml)?.ToHtml()), new ValueFormatter("text/plain", value => value.ToString()) };
}
