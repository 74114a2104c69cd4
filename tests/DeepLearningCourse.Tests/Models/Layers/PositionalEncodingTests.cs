using DeepLearningCourse.Models.Layers;
using TorchSharp;
using static TorchSharp.torch;

namespace DeepLearningCourse.Tests.Models.Layers;

public sealed class PositionalEncodingTests : NetworkTest
{
    [Test]
    public void The_table_is_that_of_the_paper()
    {
        foreach (var expected in ParameterReference.Root.GetProperty("positions").EnumerateArray())
        {
            using var layer = new PositionalEncoding(expected.GetProperty("size").GetInt64(), expected.GetProperty("length").GetInt64());

            Assert.That(layer.pe.Doubles(), Is.EqualTo(expected.GetProperty("values").Numbers()).Within(1e-5));
        }
    }

    [Test]
    public void It_is_added_along_the_sequence()
    {
        using var first = new PositionalEncoding(4, 10, dropout: 0, batchFirst: true);
        using var second = new PositionalEncoding(4, 10, dropout: 0);
        var x = rand(2, 3, 4);

        var expected = x + first.pe.narrow(0, 0, 3);

        Assert.That(first.call(x).allclose(expected), Is.True);
        Assert.That(second.call(x.transpose(0, 1)).transpose(0, 1).allclose(expected), Is.True);
        Assert.That(first.call(x[0]).allclose(expected[0]), Is.True);
        Assert.That(second.call(x[0]).allclose(expected[0]), Is.True);
    }

    [Test]
    public void It_drops_out_in_training_only()
    {
        using var layer = new PositionalEncoding(64, 100, dropout: 0.5);

        Assert.That(layer.call(zeros(100, 1, 64)).eq(0).to(ScalarType.Float64).mean().item<double>(), Is.EqualTo(0.5).Within(0.05));
        layer.eval();
        Assert.That(layer.call(zeros(100, 64)).allclose(layer.pe), Is.True);
    }

    [Test]
    public void The_table_goes_with_the_network_and_is_not_saved()
    {
        using var layer = new PositionalEncoding(4, 10);
        using var nested = nn.Sequential(("positions", new PositionalEncoding(4, 10)));

        layer.to(ScalarType.Float64);

        Assert.That(layer.pe.dtype, Is.EqualTo(ScalarType.Float64));
        Assert.That(layer.state_dict(), Is.Empty);
        Assert.That(nested.state_dict(), Is.Empty);
        Assert.That(layer.parameters(), Is.Empty);
        Assert.That(layer.named_buffers().Select(entry => entry.name), Is.EqualTo(new[] { "pe" }));
        Assert.That(layer.ToString(), Is.EqualTo("PositionalEncoding(\n  (dropout): Dropout(p=0.1, inplace=False)\n)"));
    }

    [Test]
    public void A_table_made_in_a_scope_outlives_it()
    {
        PositionalEncoding layer;
        using (NewDisposeScope())
        {
            layer = new PositionalEncoding(4, 10, dropout: 0);
        }

        Assert.That(layer.call(zeros(3, 4)).shape, Is.EqualTo(new[] { 3, 4 }));
        layer.Dispose();
    }

    [Test]
    public void A_shape_that_does_not_fit_is_a_sentence()
    {
        using var layer = new PositionalEncoding(4, 10);

        Assert.That(
            () => layer.call(ones(11, 2, 4)),
            Throws.ArgumentException.With.Message.StartsWith(
                "The sequence of [11, 2, 4] has 11 positions, and the positional encoding has 10. Make it with max_len: 11 or more, or cut the sequence; if the batch comes "
                + "first in your data, with batchFirst: true."));
        Assert.That(() => layer.call(ones(2, 5)), Throws.ArgumentException.With.Message.StartsWith("The positional encoding needs [length, batch, 4] or [length, 4] and got [2, 5]."));
        Assert.That(() => new PositionalEncoding(4, dropout: 2),
            Throws.TypeOf<ArgumentOutOfRangeException>().With.Message.StartsWith("The probability of dropout is from 0 to 1. (Parameter 'dropout')"));
        Assert.That(() => new PositionalEncoding(0),
            Throws.TypeOf<ArgumentOutOfRangeException>().With.Message.StartsWith("d_model ('0') must be greater than or equal to '1'. (Parameter 'd_model')"));
    }
}
