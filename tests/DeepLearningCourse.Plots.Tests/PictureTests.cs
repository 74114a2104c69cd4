using System.Collections;
using System.Globalization;
using System.Text;
using System.Xml.Linq;
using DeepLearningCourse.Plots.Drawing;
using DeepLearningCourse.Tests.Data;

namespace DeepLearningCourse.Plots.Tests;

public sealed class PictureTests
{
    private static readonly (double X, double Y)[] Points = [(0, 0), (0.25, 0.75), (1, 1)];

    private TemporaryFolder folder = null!;

    [SetUp]
    public void MakeFolder() => folder = new TemporaryFolder();

    [TearDown]
    public void RemoveFolder() => folder.Dispose();

    [Test]
    public void The_ending_of_the_file_says_what_it_is()
    {
        var picture = Points.PlotRoc();
        picture.Save(folder["roc.png"]);
        picture.Save(folder["roc.SVG"]);

        Assert.That(Pictures.SizeOfPng(File.ReadAllBytes(folder["roc.png"])), Is.EqualTo((picture.Width, picture.Height)));
        Assert.That(XDocument.Load(folder["roc.SVG"]).Root!.Name.LocalName, Is.EqualTo("svg"));
        Assert.That(() => picture.Save(folder["roc.jpg"]), Throws.ArgumentException.With.Message.Contains("'roc.jpg'").And.Message.Contains(".png or .svg"));
    }

    [Test]
    public void A_file_that_is_there_is_replaced_and_nothing_is_left_beside_it()
    {
        File.WriteAllText(folder["roc.png"], "old");
        Points.PlotRoc().Save(folder["roc.png"]);

        Assert.That(new FileInfo(folder["roc.png"]).Length, Is.GreaterThan(1000));
        Assert.That(Directory.GetFileSystemEntries(folder.FullName), Has.Length.EqualTo(1));
    }

    [Test]
    public void A_file_that_cannot_be_written_leaves_nothing_behind()
    {
        Directory.CreateDirectory(folder["roc.png"]);

        Assert.That(() => Points.PlotRoc().Save(folder["roc.png"]), Throws.InstanceOf<IOException>().Or.InstanceOf<UnauthorizedAccessException>());
        Assert.That(() => Points.PlotRoc().Save(Path.Combine(folder["none"], "roc.png")),
            Throws.InstanceOf<IOException>().With.Message.Contains("roc.png"));
        Assert.That(Directory.GetFileSystemEntries(folder.FullName), Has.Length.EqualTo(1));
    }

    [Test]
    public void A_PNG_has_the_size_that_was_asked_for()
    {
        Assert.That(Pictures.SizeOfPng(Points.PlotRoc().ToPng(960, 300)), Is.EqualTo((960, 300)));
        Assert.That(() => Points.PlotRoc().ToPng(99, 300),
            Throws.TypeOf<ArgumentOutOfRangeException>().With.Message.StartsWith("A picture is 100 to 10,000 pixels wide and high. (Parameter 'width')"));
        Assert.That(() => Points.PlotRoc().ToPng(300, 10_001),
            Throws.TypeOf<ArgumentOutOfRangeException>().With.Message.StartsWith("A picture is 100 to 10,000 pixels wide and high. (Parameter 'height')"));
    }

    [Test]
    public void A_notebook_finds_the_picture_as_PNG_by_the_convention_of_names()
    {
        var picture = Points.PlotRoc();
        var attribute = typeof(Picture).GetCustomAttributes(true).Single(one => one.GetType().Name == "TypeFormatterSourceAttribute");
        var source = Activator.CreateInstance((Type)Property(attribute, "FormatterSourceType"))!;
        var shown = ((IEnumerable)source.GetType().GetMethod("CreateTypeFormatters")!.Invoke(source, null)!).Cast<object>().ToDictionary(
            formatter => (string)Property(formatter, "MimeType"),
            formatter =>
            {
                using StringWriter writer = new();
                Assert.That(formatter.GetType().GetMethod("Format")!.Invoke(formatter, [picture, writer]), Is.True);
                return writer.ToString();
            });

        Assert.That((string[])Property(attribute, "PreferredMimeTypes"), Is.EqualTo(new[] { "image/png", "text/plain" }));
        Assert.That(Pictures.SizeOfPng(Convert.FromBase64String(shown["image/png"])), Is.EqualTo((picture.Width, picture.Height)));
        Assert.That(XElement.Parse(shown["text/html"]).Name.LocalName, Is.EqualTo("img"));
        Assert.That(XElement.Parse(shown["image/svg+xml"]).Name.LocalName, Is.EqualTo("svg"));
        Assert.That(shown["text/plain"], Is.EqualTo($"Picture of {picture.Width}×{picture.Height} pixels"));

        static object Property(object owner, string name) => owner.GetType().GetProperty(name)!.GetValue(owner)!;
    }

    [Test]
    public void The_page_has_the_SVG_in_itself()
    {
        var html = XElement.Parse(Points.PlotRoc().ToHtml());

        Assert.That(html.Name.LocalName, Is.EqualTo("img"));
        var data = ((string)html.Attribute("src")!)["data:image/svg+xml;base64,".Length..];
        Assert.That(Encoding.UTF8.GetString(Convert.FromBase64String(data)), Is.EqualTo(Points.PlotRoc().ToSvg()));
    }

    [Test]
    public void The_same_picture_is_the_same_file_in_every_language()
    {
        var picture = Points.PlotRoc();
        var (svg, png) = (picture.ToSvg(), picture.ToPng());
        var before = CultureInfo.CurrentCulture;

        try
        {
            CultureInfo.CurrentCulture = new CultureInfo("es-CL");
            Assert.That(picture.ToSvg(), Is.EqualTo(svg));
            Assert.That(picture.ToPng(), Is.EqualTo(png));
        }
        finally
        {
            CultureInfo.CurrentCulture = before;
        }
    }

    [TestCase(0.1 + 0.2, "0.3")]
    [TestCase(5.551115123125783e-17, "0")]
    [TestCase(1e-5, "1E-5")]
    [TestCase(0.001, "0.001")]
    [TestCase(1234567.0, "1.23457E+6")]
    [TestCase(-2.5, "-2.5")]
    public void Numbers_have_points(double value, string text) => Assert.That(NumberTexts.Of(value), Is.EqualTo(text));

    [Test]
    public void Curves_differ_without_colours_too()
    {
        using ScottPlot.Plot plot = new();
        var curves = Enumerable.Range(0, 5).Select(_ => plot.Add.Scatter(new double[2], new double[2])).ToList();

        for (var i = 0; i < curves.Count; i++)
        {
            CurveStyle.Apply(curves[i], i, points: 2, isMarked: true);
        }

        Assert.That(curves.Select(curve => string.Join(' ', curve.LinePattern.Intervals)), Is.Unique);
        Assert.That(curves.Select(curve => curve.MarkerShape), Is.Unique);
        Assert.That(curves.Select(curve => curve.LineColor.Luminance), Is.All.LessThan(0.55), "dark enough on white");
    }
}
