using System.Globalization;
using System.Text.Json;
using DeepLearningCourse.Models;
using DeepLearningCourse.Models.Printing;
using TorchSharp.Modules;
using static TorchSharp.torch;

namespace DeepLearningCourse.Tests.Models;

public sealed class LayerTextTests : NetworkTest
{
    // Of these PyTorch prints something that TorchSharp does not know, whatever the arguments.
    private static readonly Dictionary<Type, string> Unlike = new()
    {
        [typeof(AdaptiveMaxPool3d)] = "TorchSharp's constructor drops the size",
        [typeof(EmbeddingBag)] = "PyTorch always prints the mode",
        [typeof(TransformerEncoderLayer)] = "PyTorch prints the probability of the dropouts",
        [typeof(TransformerDecoderLayer)] = "PyTorch prints the probability of the dropouts",
        [typeof(TransformerEncoder)] = "PyTorch prints the probability of the dropouts",
        [typeof(TransformerDecoder)] = "PyTorch prints the probability of the dropouts",
        [typeof(Transformer)] = "PyTorch prints the probability of the dropouts",
    };

    private static IEnumerable<string> CasesByClass => LayerTextCases.All.Select(ClassOf).Distinct();

    [TestCaseSource(nameof(CasesByClass))]
    public void A_layer_prints_as_in_PyTorch(string name)
    {
        using (Assert.EnterMultipleScope())
        {
            foreach (var (expression, make) in LayerTextCases.All.Where(layer => ClassOf(layer) == name))
            {
                using var layer = make();

                Assert.That(RegistryPrinter.Print(layer), Is.EqualTo(Recorded[expression]), expression);
                DisposeChildren(layer);
            }
        }
    }

    [Test]
    public void Every_layer_of_TorchSharp_has_its_cases_or_a_reason()
    {
        var layers = typeof(Linear).Assembly.GetExportedTypes()
            .Where(type => type.Namespace == typeof(Linear).Namespace && type.IsAssignableTo(typeof(nn.Module)) && !type.IsAbstract)
            .Select(type => type.Name.Split('`')[0]);

        Assert.That(layers, Is.EquivalentTo(CasesByClass.Concat(Unlike.Keys.Select(type => type.Name))));
    }

    [Test]
    public void Each_case_was_recorded_and_each_record_has_its_case() =>
        Assert.That(
            LayerTextCases.All.Select(layer => layer.Expression),
            Is.EquivalentTo(Recorded.Keys.Where(key => key.StartsWith("nn.", StringComparison.Ordinal))));

    [Test]
    public void Transformers_print_in_one_line_what_their_weights_say()
    {
        using var encoderLayer = nn.TransformerEncoderLayer(8, 2, 16, 0.5);
        using var encoder = nn.TransformerEncoder(encoderLayer, 3);
        using var empty = nn.TransformerEncoder(encoderLayer, 0);
        using var decoderLayer = nn.TransformerDecoderLayer(8, 2, 16, 0.5);
        using var decoder = nn.TransformerDecoder(decoderLayer, 12);
        using var transformer = nn.Transformer(8, 2, 1, 2, 16);

        nn.Module[] layers = [encoderLayer, encoder, empty, decoderLayer, decoder, transformer];

        Assert.That(layers.Select(RegistryPrinter.Print), Is.EqualTo(new[]
        {
            "TransformerEncoderLayer(d_model=8, dim_feedforward=16)",
            "TransformerEncoder(d_model=8, dim_feedforward=16, num_layers=3)",
            "TransformerEncoder(num_layers=0)",
            "TransformerDecoderLayer(d_model=8, dim_feedforward=16)",
            "TransformerDecoder(d_model=8, dim_feedforward=16, num_layers=12)",
            "Transformer(d_model=8, dim_feedforward=16, num_encoder_layers=1, num_decoder_layers=2)",
        }));
    }

    [Test]
    public void What_TorchSharp_does_not_keep_is_left_out_and_never_guessed()
    {
        using var embedding = nn.Embedding(10, 3, padding_idx: 0, max_norm: 1, norm_type: 1, scale_grad_by_freq: true, sparse: true);
        using var bag = nn.EmbeddingBag(10, 3, mode: TorchSharp.EmbeddingBagMode.Sum);
        using var lstm = nn.LSTM(10, 20, numLayers: 2, dropout: 0.5);
        using var cell = nn.RNNCell(10, 20, nn.NonLinearities.ReLU);
        using var norm = nn.GroupNorm(2, 6, affine: false);

        using var pool = nn.AdaptiveMaxPool3d([1, 2, 3]);

        nn.Module[] layers = [embedding, bag, lstm, cell, norm, pool];

        Assert.That(layers.Select(RegistryPrinter.Print), Is.EqualTo(new[]
        {
            "Embedding(10, 3)",
            "EmbeddingBag(10, 3)",
            "LSTM(10, 20, num_layers=2)",
            "RNNCell(10, 20)",
            "GroupNorm(2, eps=1e-05, affine=False)",
            "AdaptiveMaxPool3d()",
        }));
    }

    [Test]
    public void A_list_of_layers_that_no_network_holds_prints_its_equal_neighbours_once()
    {
        using var list = nn.ModuleList(nn.Linear(2, 2), nn.Linear(2, 2), nn.Linear(2, 2, hasBias: false));

        Assert.That(RegistryPrinter.Print(list), Is.EqualTo(
            """
            ModuleList(
              (0-1): 2 x Linear(in_features=2, out_features=2, bias=True)
              (2): Linear(in_features=2, out_features=2, bias=False)
            )
            """));
        DisposeChildren(list);
    }

    [Test]
    public void A_size_set_later_is_printed()
    {
        using var pool = nn.AdaptiveMaxPool3d([1, 2, 3]);

        pool.output_size = [1, 2, 3];

        Assert.That(RegistryPrinter.Print(pool), Is.EqualTo("AdaptiveMaxPool3d(output_size=(1, 2, 3))"));
    }

    [Test]
    public void Numbers_print_alike_in_every_culture()
    {
        var culture = (CultureInfo)CultureInfo.InvariantCulture.Clone();
        culture.NumberFormat.NegativeSign = "minus ";
        culture.NumberFormat.NumberDecimalSeparator = ",";
        var before = CultureInfo.CurrentCulture;
        using var softmax = nn.Softmax(-1);
        using var pad = nn.ReflectionPad1d(-1);
        using var activation = nn.LeakyReLU(-0.5);
        try
        {
            CultureInfo.CurrentCulture = culture;

            Assert.That(
                new nn.Module[] { softmax, pad, activation }.Select(RegistryPrinter.Print),
                Is.EqualTo(new[] { "Softmax(dim=-1)", "ReflectionPad1d((-1, -1))", "LeakyReLU(negative_slope=-0.5)" }));
        }
        finally
        {
            CultureInfo.CurrentCulture = before;
        }
    }

    [Test]
    public void A_recurrent_classifier_prints_as_in_PyTorch()
    {
        using var model = new LstmClassifier();

        Assert.That(model.ToString(), Is.EqualTo(Recorded[nameof(LstmClassifier)]));
    }

    [Test]
    public void A_convolutional_network_of_blocks_prints_as_in_PyTorch()
    {
        using var model = new ConvolutionBlocks();

        Assert.That(model.ToString(), Is.EqualTo(Recorded[nameof(ConvolutionBlocks)]));
    }

    [Test]
    public void An_encoder_of_attention_layers_prints_as_in_PyTorch()
    {
        using var model = new EncoderClassifier();

        Assert.That(model.ToString(), Is.EqualTo(Recorded[nameof(EncoderClassifier)]));
    }

    private static Dictionary<string, string> Recorded { get; } = JsonSerializer.Deserialize<Dictionary<string, string>>(
        File.ReadAllText(Path.Combine(TestContext.CurrentContext.TestDirectory, "Reference", "layer_texts.json")))!;

    // TorchSharp's lists and dictionaries dispose their layers only as parts of a network.
    private static void DisposeChildren(nn.Module layer)
    {
        foreach (var (_, child) in ContainerText.Children(layer))
        {
            child.Dispose();
        }
    }

    private static string ClassOf((string Expression, Func<nn.Module> Make) layer) =>
        layer.Expression["nn.".Length..layer.Expression.IndexOf('(', StringComparison.Ordinal)];

    private sealed class LstmClassifier : MyNeuralNetwork
    {
        private readonly Embedding embedding = nn.Embedding(100, 16);
        private readonly LSTM lstm = nn.LSTM(16, 32, numLayers: 2, batchFirst: true, bidirectional: true);
        private readonly Dropout dropout = nn.Dropout(0.3);
        private readonly Linear head = nn.Linear(64, 5);

        public override Tensor forward(Tensor x) => head.call(dropout.call(lstm.call(embedding.call(x)).Item1[.., -1]));
    }

    private sealed class ConvolutionBlocks : MyNeuralNetwork
    {
        private readonly Sequential stem = nn.Sequential(
            nn.Conv2d(3, 16, 3, padding: 1, bias: false), nn.BatchNorm2d(16), nn.ReLU(inplace: true));

        private readonly List<Sequential> blocks = [Block(16, 32), Block(32, 64)];

        private readonly Dictionary<string, nn.Module<Tensor, Tensor>> paths = new()
        {
            ["near"] = nn.AvgPool2d(2),
            ["far"] = nn.Sequential(nn.AdaptiveAvgPool2d(1), nn.Flatten()),
        };

        private readonly List<Parameter> scales = [nn.Parameter(zeros(3)), nn.Parameter(zeros(2, 2))];
        private readonly Linear head = nn.Linear(64, 10);

        public override Tensor forward(Tensor x) =>
            head.call(paths["far"].call(blocks.Aggregate(stem.call(x), (t, block) => block.call(t)))) * scales[0].sum();

        private static Sequential Block(long inputs, long outputs) => nn.Sequential(
            ("conv", nn.Conv2d(inputs, outputs, 3, TorchSharp.Padding.Same)), ("act", nn.GELU()), ("pool", nn.MaxPool2d(2)));
    }

    private sealed class EncoderLayer(long size, long inner) : MyNeuralNetwork
    {
        private readonly MultiheadAttention attention = nn.MultiheadAttention(size, 2);
        private readonly Sequential feed_forward = nn.Sequential(
            nn.Linear(size, inner), nn.GELU(GELU.Approximate.tanh), nn.Linear(inner, size));

        private readonly LayerNorm norm1 = nn.LayerNorm(size);
        private readonly LayerNorm norm2 = nn.LayerNorm(size);
        private readonly Dropout dropout = nn.Dropout(0.1);

        public override Tensor forward(Tensor x)
        {
            x = norm1.call(x + dropout.call(attention.call(x, x, x).Item1));
            return norm2.call(x + dropout.call(feed_forward.call(x)));
        }
    }

    private sealed class EncoderClassifier : MyNeuralNetwork
    {
        private readonly Embedding embedding = nn.Embedding(50, 8);
        private readonly List<EncoderLayer> layers = [new(8, 16), new(8, 32)];
        private readonly Linear head = nn.Linear(8, 3);

        public override Tensor forward(Tensor x) =>
            head.call(layers.Aggregate(embedding.call(x), (t, layer) => layer.call(t)).mean([0]));
    }
}
