using System.Collections;
using System.Diagnostics.CodeAnalysis;
using DeepLearningCourse.Runtime.Display;

namespace DeepLearningCourse.Plots;

/// <summary>Shows a picture in a notebook: as PNG, which every page and every viewer of notebooks shows; as HTML with the SVG inside, or as SVG, where it is asked for.</summary>
internal sealed class PictureFormatterSource
{
    [SuppressMessage("Performance", "CA1822", Justification = "Notebooks call it by its name on an object.")]
    public IEnumerable CreateTypeFormatters() => new ValueFormatter[]
    {
        new("image/png", value => value is Picture picture ? Convert.ToBase64String(picture.ToPng()) : null),
        new("text/html", value => (value as Picture)?.ToHtml()),
        new("image/svg+xml", value => (value as Picture)?.ToSvg()),
        new("text/plain", value => value.ToString()),
    };
}
