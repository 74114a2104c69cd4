using System.Globalization;
using System.Xml.Linq;
using DeepLearningCourse.Models;
using static TorchSharp.torch;

namespace DeepLearningCourse.Tests.Models;

public sealed class TensorDisplayTests : TensorTest
{
    [Test]
    public void A_matrix_is_a_table_with_indices()
    {
        var html = Parse(tensor(new[,] { { 1.5f, -2 }, { 0.000012345f, 123456 } }).requires_grad_());

        Assert.That(html.Value, Does.StartWith("\nTensor [2, 2] \u00B7 float32 \u00B7 cpu \u00B7 requires_grad"));
        Assert.That(Rows(html), Is.EqualTo(new[] { "|0|1", "0|1.5|-2", "1|1.2345e-05|1.2346e+05" }));
        Assert.That(html.Value, Does.Contain("min -2 \u00B7 mean 30864 \u00B7 max 1.2346e+05"));
    }

    [Test]
    public void A_large_matrix_shows_its_edges()
    {
        var html = Parse(arange(1000).reshape(20, 50), edgeItems: 2);

        Assert.That(Rows(html), Is.EqualTo(new[]
        {
            "|0|1|…|48|49", "0|0|1|…|48|49", "1|50|51|…|98|99", "…|…|…|…|…|…", "18|900|901|…|948|949", "19|950|951|…|998|999",
        }));
        Assert.That(html.Value, Does.Contain("min 0 \u00B7 mean 499.5 \u00B7 max 999"));
    }

    [Test]
    public void A_row_and_a_number_have_no_row_indices()
    {
        Assert.That(Rows(Parse(tensor(new[] { true, false }))), Is.EqualTo(new[] { "0|1", "true|false" }));
        Assert.That(Parse(tensor(2.5)).Value, Does.Contain("Tensor []").And.Contain("2.5"));
    }

    [Test]
    public void Of_more_dimensions_the_first_matrices_have_names()
    {
        var html = Parse(arange(2 * 3 * 2 * 2).reshape(2, 3, 2, 2), edgeItems: 4);

        Assert.That(html.Elements("p").Select(p => p.Value), Is.EqualTo(new[] { "[0, 0, :, :]", "[0, 1, :, :]", "[0, 2, :, :]", "[1, 0, :, :]", "… and 2 more such matrices." }));
        Assert.That(html.Elements("table").Last().Value, Does.Contain("13").And.Contain("15"));
    }

    [Test]
    public void Numbers_that_are_none_are_counted()
    {
        var html = Parse(tensor(new[] { 1, double.NaN, double.PositiveInfinity, double.NegativeInfinity, 3 }));

        Assert.That(Rows(html)[1], Is.EqualTo("1|nan|inf|-inf|3"));
        Assert.That(html.Value, Does.Contain("min 1 \u00B7 mean 2 \u00B7 max 3 of the finite numbers \u00B7 NaN 1 \u00B7 infinite 2"));
    }

    [Test]
    public void Every_kind_of_tensor_has_something_to_show()
    {
        Assert.That(Parse(zeros(0, 3)).Value, Does.Contain("Tensor [0, 3]").And.Contain("It is empty."));
        Assert.That(Parse(zeros(2, 3, device: META)).Value, Does.Contain("meta").And.Contain("no numbers"));
        Assert.That(Rows(Parse(tensor(new[] { new System.Numerics.Complex(1, -2.5) }).conj()))[1], Is.EqualTo("1+2.5j"));
        Assert.That(Rows(Parse(tensor(new[] { 0.5f }).to(ScalarType.BFloat16)))[1], Is.EqualTo("0.5"));
        Assert.That(Rows(Parse(tensor(new byte[] { 255 })))[1], Is.EqualTo("255"));
        Assert.That(Rows(Parse(tensor(new[] { long.MaxValue })))[1], Is.EqualTo(long.MaxValue.ToString(CultureInfo.InvariantCulture)));
        Assert.That(Rows(Parse(eye(2).to_sparse())), Is.EqualTo(new[] { "|0|1", "0|1|0", "1|0|1" }));
        Assert.That(Parse(eye(2).to_sparse()).Value, Does.Contain("sparse"));
        Assert.That(Parse(sparse_coo_tensor(zeros(2, 1, ScalarType.Int64), ones(1), [100_000, 100_000])).Value, Does.Contain("Too large"));
    }

    [Test]
    public void A_disposed_tensor_is_a_sentence()
    {
        var x = ones(2);
        x.Dispose();

        Assert.That(Parse(x).Value, Does.Contain("This tensor was disposed"));
        Assert.That(() => ones(2).ToHtml(0),
            Throws.TypeOf<ArgumentOutOfRangeException>().With.Message.StartsWith("edgeItems is how many numbers are shown at both ends of a dimension: at least 1. (Parameter 'edgeItems')"));
    }

    [Test]
    [SetCulture("de-DE")]
    public void Showing_keeps_no_tensor_and_leaves_the_random_numbers()
    {
        manual_seed(1);
        var expected = rand(1).item<float>();
        var x = ones(3, 40, 40).mul(0.5);
        var before = LiveTensors;

        manual_seed(1);
        var html = x.ToHtml();

        Assert.That(LiveTensors, Is.EqualTo(before));
        Assert.That(rand(1).item<float>(), Is.EqualTo(expected));
        Assert.That(html, Does.Contain(">0.5<"));
    }

    private static XElement Parse(Tensor tensor, int edgeItems = 3) => XElement.Parse(tensor.ToHtml(edgeItems), LoadOptions.PreserveWhitespace);

    private static string[] Rows(XElement html) => [.. html.Element("table")!.Descendants("tr").Select(row => string.Join('|', row.Elements().Select(cell => cell.Value)))];
}
