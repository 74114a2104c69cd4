using System.Globalization;
using DeepLearningCourse.Notebooks.Formatting;

namespace DeepLearningCourse.Notebooks.Tests.Formatting;

public sealed class ValueFormatterTests
{
    [TestCase("de-DE")]
    [TestCase("es-ES")]
    public void Numbers_are_written_the_same_everywhere(string culture)
    {
        var before = CultureInfo.CurrentCulture;

        try
        {
            CultureInfo.CurrentCulture = new CultureInfo(culture);

            Assert.That(Plain(1234.5), Is.EqualTo("1234.5"));
            Assert.That(Plain(new[] { 0.5, 2 }), Is.EqualTo("[0.5, 2]"));
            Assert.That(Plain(TorchSharp.torch.tensor(new[] { 0.5f, 2 })), Does.Contain("0.5").And.Not.Contain("0,5"));
        }
        finally
        {
            CultureInfo.CurrentCulture = before;
        }
    }

    [Test]
    public void A_type_may_name_formatters_that_nobody_else_sees()
    {
        var content = ValueFormatter.Format(new Drawn()).Content;

        Assert.That(content["text/html"], Is.EqualTo("<b>drawn</b>"));
        Assert.That(content["image/png"], Is.EqualTo("iVBORw0KGgo="));
        Assert.That(content["text/plain"], Is.EqualTo("drawn as text"));
        Assert.That(content.Keys, Has.None.EqualTo("text/latex"), "its formatter declined");
    }

    [Test]
    public void A_base_type_and_an_interface_name_formatters_for_others() => Assert.Multiple(() =>
    {
        Assert.That(ValueFormatter.Format(new DrawnLater()).Content["text/html"], Is.EqualTo("<b>drawn</b>"));
        Assert.That(ValueFormatter.Format(new DrawnByContract()).Content["text/html"], Is.EqualTo("<b>drawn</b>"));
    });

    [Test]
    public void A_type_is_shown_in_the_forms_that_it_prefers() =>
        Assert.That(ValueFormatter.Format(new DrawnByContract()).Content.Keys, Is.EquivalentTo(new[] { "text/html", "text/plain" }));

    [Test]
    public void A_tensor_is_a_table()
    {
        using var tensor = TorchSharp.torch.zeros(2, 3);

        Assert.That(ValueFormatter.Format(tensor).Content["text/html"], Does.Contain("<table").And.Contain("[2, 3]"));
    }

    [Test]
    public void A_method_gives_html() => Assert.That(ValueFormatter.Format(new Html()).Content["text/html"], Is.EqualTo("<i>own</i>"));

    [Test]
    public void A_value_that_cannot_be_shown_is_a_sentence_about_it() => Assert.Multiple(() =>
    {
        Assert.That(Plain(new Broken()), Does.Contain("Broken").And.Contain("cannot be shown").And.Contain("out of ink"));
        Assert.That(ValueFormatter.Format(new BrokenHtml()).Content["text/plain"], Does.Contain("out of paper"));
        Assert.That(Plain(Enumerable.Range(0, 3).Select(number => 1 / number)), Does.Contain("DivideByZeroException"));
    });

    [Test]
    public void Collections_are_short_tables()
    {
        Assert.That(Plain(Enumerable.Range(0, 1_000_000)), Does.StartWith("[0, 1, 2").And.EndWith("19, …]"));
        Assert.That(ValueFormatter.Format(new[] { "a<b" }).Content["text/html"], Does.Contain("a&lt;b"));
        Assert.That(ValueFormatter.Format(new Dictionary<string, int> { ["one"] = 1 }).Content["text/html"], Does.Contain("one").And.Contain("1"));
    }

    [Test]
    public void A_sequence_of_unknown_effects_is_not_read()
    {
        Loading loading = new();

        Assert.That(ValueFormatter.Format(loading).Content.Keys, Is.EqualTo(new[] { "text/plain" }));
        Assert.That(loading.WasRead, Is.False);
    }

    private static string Plain(object value) => ValueFormatter.Format(value).Content["text/plain"];

    [TypeFormatterSource(typeof(DrawnFormatters))]
    private class Drawn
    {
        public override string ToString() => "its own text";
    }

    private sealed class DrawnLater : Drawn;

    [TypeFormatterSource(typeof(DrawnFormatters), PreferredMimeTypes = ["text/html"])]
    private interface IDrawn;

    private sealed class DrawnByContract : IDrawn;

    private sealed class DrawnFormatters
    {
        internal List<object> CreateTypeFormatters() =>
        [
            new DrawnFormatter("text/html", "<b>drawn</b>"),
            new DrawnFormatter("image/png", "iVBORw0KGgo="),
            new DrawnFormatter("text/plain", "drawn as text"),
            new DrawnFormatter("text/latex", null),
        ];
    }

    private sealed class DrawnFormatter(string mimeType, string? text)
    {
        internal string MimeType { get; } = mimeType;

        private bool Format(object value, TextWriter writer)
        {
            writer.Write(text);
            return text is not null && value is not null;
        }
    }

    private sealed class Html
    {
        public string ToHtml() => "<i>own</i>";
    }

    private sealed class BrokenHtml
    {
        public string ToHtml() => throw new InvalidOperationException("out of paper");
    }

    private sealed class Broken
    {
        public override string ToString() => throw new InvalidOperationException("out of ink");
    }

    private sealed class Loading : IEnumerable<int>
    {
        public bool WasRead { get; private set; }

        public IEnumerator<int> GetEnumerator()
        {
            WasRead = true;
            yield break;
        }

        System.Collections.IEnumerator System.Collections.IEnumerable.GetEnumerator() => GetEnumerator();
    }
}
