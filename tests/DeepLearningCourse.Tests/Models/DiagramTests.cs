using System.Xml.Linq;
using DeepLearningCourse.Models;
using static DeepLearningCourse.Tests.Models.DiagramNetworks;
using static TorchSharp.torch;

namespace DeepLearningCourse.Tests.Models;

public sealed class DiagramTests : NetworkTest
{
    private static readonly XNamespace Svg = "http://www.w3.org/2000/svg";

    [Test]
    public void The_network_of_the_slides()
    {
        using var model = new BinaryClassifier();

        Assert.That(model.Diagram(32, 10).ToString(), Is.EqualTo(
            """
            flowchart TD
                n0(["input"])
                n1["<b>w1</b><br/>Linear(in_features=10, out_features=32, bias=True)"]
                n2["<b>relu_1</b><br/>ReLU()"]
                n3["<b>w2</b><br/>Linear(in_features=32, out_features=64, bias=True)"]
                n4["<b>relu_2</b><br/>ReLU()"]
                n5["<b>w3</b><br/>Linear(in_features=64, out_features=1, bias=True)"]
                n6(["output"])
                n0 -->|"[32, 10]"| n1
                n1 -->|"[32, 32]"| n2
                n2 -->|"[32, 32]"| n3
                n3 -->|"[32, 64]"| n4
                n4 -->|"[32, 64]"| n5
                n5 -->|"[32, 1]"| n6
            """));
    }

    [Test]
    public void A_residual_connection_meets_the_layer_in_a_sum()
    {
        using var model = new Residual();

        Assert.That(Arrows(model.Diagram(4, 8)), Is.EqualTo(new[]
        {
            "input --> inner: [4, 8]",
            "input --> +: [4, 8]",
            "inner --> +: [4, 8]",
            "+ --> head: [4, 8]",
            "head --> output: [4, 2]",
        }));
    }

    [Test]
    public void A_chain_of_residual_blocks_has_a_sum_for_each()
    {
        using var model = new Blocks();

        Assert.That(Arrows(model.Diagram(2, 3, 6, 6)).Skip(3), Is.EqualTo(new[]
        {
            "Stem.2 --> blocks.0.conv: [2, 4, 6, 6]",
            "blocks.0.conv --> blocks.0.norm: [2, 4, 6, 6]",
            "Stem.2 --> +: [2, 4, 6, 6]",
            "blocks.0.norm --> +: [2, 4, 6, 6]",
            "+ -.-> blocks.1.conv: [2, 4, 6, 6]",
            "blocks.1.conv --> blocks.1.norm: [2, 6, 6, 6]",
            "+ -.-> blocks.1.shortcut: [2, 4, 6, 6]",
            "blocks.1.norm --> +: [2, 6, 6, 6]",
            "blocks.1.shortcut --> +: [2, 6, 6, 6]",
            "+ -.-> head: [2, 6, 6, 6]<br/>→ [2, 6]",
            "head --> output: [2, 2]",
        }));
    }

    [Test]
    public void A_flatten_of_forward_itself_shows_both_shapes()
    {
        using var model = new Convolutional();

        Assert.That(Arrows(model.Diagram(2, 3, 8, 8)), Does.Contain("features.3 --> head: [2, 6, 4, 4]<br/>→ [2, 96]"));
    }

    [Test]
    public void A_layer_that_is_called_again_has_another_box()
    {
        using var model = new Shared();

        Assert.That(Arrows(model.Diagram(2, 4)), Is.EqualTo(new[]
        {
            "input --> first: [2, 4]",
            "first --> first (call 2): [2, 4]",
            "first (call 2) --> output: [2, 4]",
        }));
    }

    [Test]
    public void Two_inputs_are_two_boxes()
    {
        using var model = new Pair();

        Assert.That(Arrows(model.Diagram([4, 3], [4, 5])), Is.EqualTo(new[]
        {
            "input 1 --> left: [4, 3]",
            "input 2 --> right: [4, 5]",
            "left --> +: [4, 2]",
            "right --> +: [4, 2]",
            "+ --> output: [4, 2]",
        }));
    }

    [Test]
    public void Layers_inside_another_stand_in_a_frame()
    {
        using var model = new Nested();

        Assert.That(model.Diagram(2, 8).ToMermaid(), Does.StartWith(
            """
            flowchart TD
                n0(["input"])
                subgraph s0["encoder · Residual"]
                    n1["<b>encoder.inner</b><br/>Linear(in_features=8, out_features=8, bias=True)"]
                    n2(("+"))
                    n3["<b>encoder.head</b><br/>Linear(in_features=8, out_features=2, bias=True)"]
                end
                subgraph s1["decoder · Sequential"]
                    n4["<b>decoder.0</b><br/>Linear(in_features=2, out_features=3, bias=True)"]
                    subgraph s2["decoder.1 · Sequential"]
                        n5["<b>decoder.1.0</b><br/>Tanh()"]
                        n6["<b>decoder.1.1</b><br/>Linear(in_features=3, out_features=1, bias=True)"]
                    end
                end
                n7(["output"])
                n0 -->|"[2, 8]"| n1
            """));
    }

    [Test]
    public void An_arrow_shows_each_tensor_that_goes()
    {
        using var model = new Recurrent();

        Assert.That(Arrows(model.Diagram(2, 5, 3)), Is.EqualTo(new[]
        {
            "input --> encoder: [2, 5, 3]",
            "encoder --> decoder: [2, 5, 7]<br/>[1, 2, 7]<br/>[1, 2, 7]",
            "decoder --> head: [2, 5, 7]<br/>→ [2, 7]",
            "head --> output: [2, 2]",
        }));
    }

    [Test]
    public void Operations_of_forward_that_cannot_be_known_are_dashed()
    {
        using var model = new Attention();

        Assert.That(Arrows(model.Diagram(2, 5, 8)), Is.EqualTo(new[]
        {
            "input --> query: [2, 5, 8]",
            "input --> key: [2, 5, 8]",
            "input --> value: [2, 5, 8]",
            "query -.-> head: [2, 5, 4]<br/>→ [2, 5, 6]",
            "key -.-> head: [2, 5, 4]<br/>→ [2, 5, 6]",
            "value -.-> head: [2, 5, 6]",
            "head --> output: [2, 5, 8]",
        }));
    }

    [Test]
    public void What_is_put_side_by_side_meets_in_a_circle()
    {
        using var model = new Skip();

        Assert.That(Arrows(model.Diagram(2, 3, 8, 8)), Is.EqualTo(new[]
        {
            "input --> down: [2, 3, 8, 8]",
            "down --> up: [2, 4, 4, 4]",
            "up --> cat: [2, 5, 8, 8]",
            "input --> cat: [2, 3, 8, 8]",
            "cat --> head: [2, 8, 8, 8]",
            "head --> output: [2, 1, 8, 8]",
        }));
    }

    [Test]
    public void A_layer_alone_is_a_network()
    {
        using var model = nn.Linear(3, 2);

        Assert.That(Arrows(model.Diagram(5, 3)), Is.EqualTo(new[] { "input --> Linear: [5, 3]", "Linear --> output: [5, 2]" }));
    }

    [Test]
    public void Inputs_that_must_be_given_can_be_given()
    {
        using var model = new Words();

        Assert.That(Arrows(model.Diagram(tensor(new long[,] { { 1, 2 } }))), Is.EqualTo(new[] { "input --> table: [1, 2]", "table --> output: [1, 2, 4]" }));
    }

    [Test]
    public void Memory_that_was_freed_leads_to_no_wrong_layer()
    {
        using var model = new Freeing();

        Assert.That(Arrows(model.Diagram(64, 100)), Has.None.StartsWith("first -->").And.Some.StartsWith("first -.-> second:"));
    }

    [Test]
    public void Names_are_no_markup()
    {
        using var model = nn.Sequential(("a<b>&\"c\"#", nn.Linear(2, 2)));

        var diagram = model.Diagram(1, 2);

        Assert.That(diagram.ToMermaid(), Does.Contain("<b>a#lt;b#gt;#amp;#quot;c#quot;#35;</b>"));
        Assert.That(XElement.Parse(diagram.ToSvg()).Descendants(Svg + "text").Select(text => text.Value), Does.Contain("a<b>&\"c\"#"));
    }

    [Test]
    public void A_file_holds_the_picture()
    {
        using var model = new BinaryClassifier();
        var path = Path.Combine(Path.GetTempPath(), $"{Guid.NewGuid():N}.svg");

        try
        {
            model.Diagram(1, 10).SaveSvg(path);
            Assert.That(File.ReadAllText(path), Is.EqualTo(model.Diagram(1, 10).ToSvg()));
        }
        finally
        {
            File.Delete(path);
        }
    }

    [Test]
    public void The_network_is_left_as_it_was()
    {
        using var model = new Blocks();
        model.train();
        model.Stem.eval();
        var before = model.state_dict().ToDictionary(entry => entry.Key, entry => entry.Value.clone());
        var state = random.get_rng_state();

        model.Diagram(2, 3, 6, 6);

        Assert.That((model.training, model.Stem.training), Is.EqualTo((true, false)));
        Assert.That(model.state_dict(), Has.All.Matches<KeyValuePair<string, Tensor>>(entry => before[entry.Key].equal(entry.Value).all().item<bool>()));
        Assert.That(random.get_rng_state().equal(state).all().item<bool>(), Is.True);
        Assert.That(is_grad_enabled(), Is.True);
    }

    [Test]
    public void What_does_not_fit_is_said()
    {
        using var model = new BinaryClassifier();

        Assert.That(() => model.Diagram(32, 11), Throws.TypeOf<ForwardException>().With.Message.StartsWith("Layer 'w1'"));
        Assert.That(() => model.Diagram([1, 10], [1, 10]),
            Throws.ArgumentException.With.Message.EqualTo("BinaryClassifier takes Tensor input, and 2 tensors were given. Give a shape or tensor for each input. (Parameter 'inputs')"));
        Assert.That(() => model.Diagram(-1, 10),
            Throws.ArgumentException.With.Message.EqualTo("[-1, 10] is no shape of an input: give the batch and what comes after it, for instance [1, 10]. (Parameter 'shapes')"));
        Assert.That(() => model.Diagram(1, 10).SaveSvg(""),
            Throws.ArgumentException.With.Message.EqualTo("The value cannot be an empty string. (Parameter 'path')"));
    }

    /// <summary>The arrows with the titles of their ends: <c>w1 --> relu_1: [32, 32]</c>.</summary>
    private static List<string> Arrows(NetworkDiagram diagram)
    {
        var lines = diagram.ToMermaid().Split('\n').Select(line => line.Trim()).ToList();
        var titles = lines.Where(line => line.StartsWith('n') && line.Contains('"', StringComparison.Ordinal) && !line.Contains("->", StringComparison.Ordinal))
            .ToDictionary(line => line[..line.IndexOfAny(['(', '['])], line => line.Split('"')[1].Replace("<b>", "", StringComparison.Ordinal).Split("</b>")[0]);
        return [.. lines.Where(line => line.Contains("->|", StringComparison.Ordinal)).Select(line => line.Split(' ', 2)).Select(parts =>
            $"{titles[parts[0]]} {parts[1].Split('|')[0]} {titles[parts[1].Split(' ')[^1]]}: {parts[1].Split('"')[1]}")];
    }
}
