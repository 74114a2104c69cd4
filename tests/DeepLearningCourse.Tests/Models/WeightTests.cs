using System.Text;
using DeepLearningCourse.Models;
using TorchSharp.Modules;
using static TorchSharp.torch;

namespace DeepLearningCourse.Tests.Models;

public sealed class WeightTests : NetworkTest
{
    private string folder = "";

    [SetUp]
    public void MakeFolder() => folder = Directory.CreateTempSubdirectory().FullName;

    [TearDown]
    public void DeleteFolder() => Directory.Delete(folder, recursive: true);

    [Test]
    public void Initial_values_are_set_in_place()
    {
        using var model = new Line();
        var handle = model.fc.weight.Handle;

        model.fc.weight.SetData(tensor(new double[,] { { 1, 2 } }));
        model.fc.bias!.SetData(tensor(new[] { 3f }));

        Assert.That(model.call(ones(1, 2)).item<float>(), Is.EqualTo(6f));
        Assert.That(model.fc.weight.Handle, Is.EqualTo(handle), "an optimizer that holds it must go on with it");
        Assert.That(model.fc.weight.requires_grad, Is.True);
    }

    [Test]
    public void Initial_values_of_another_shape_are_refused_and_nothing_changes()
    {
        using var model = new Line();
        var before = model.fc.weight.clone();

        Assert.That(
            () => model.fc.weight.SetData(ones(1)),
            Throws.ArgumentException.With.Message.StartsWith(
                "The parameter has shape [1, 2] and the new values [1]. A layer's weight is [out_features, in_features] and its bias [out_features]."));
        Assert.That(model.fc.weight.equal(before).all().item<bool>(), Is.True);
    }

    [Test]
    public void An_assigned_weight_of_another_shape_is_refused_at_the_next_use()
    {
        using var model = new Line();

        model.fc.weight = nn.Parameter(ones(1, 3));

        Assert.That(
            () => model.train(),
            Throws.InvalidOperationException.With.Message.EqualTo(
                "'fc.weight' was set to a tensor of shape [1, 3], and Linear(in_features=2, out_features=1, bias=True) needs [1, 2]. "
                + "Set it with fc.weight.SetData(values), which refuses another shape and keeps the optimizer's hold on it."));

        model.fc.weight = nn.Parameter(ones(1, 2));

        Assert.That(() => model.train(), Throws.Nothing);
        Assert.That(model.state_dict()["fc.weight"].sum().item<float>(), Is.EqualTo(2f));
    }

    [Test]
    public void Saved_weights_come_back_bit_for_bit_in_a_fresh_network()
    {
        using var model = new BinaryClassifier();
        using var fresh = new BinaryClassifier();
        var path = Path.Combine(folder, "weights.safetensors");
        var x = rand(16, 10);

        model.SaveWeights(path);
        fresh.LoadWeights(path);

        Assert.That(fresh.call(x).equal(model.call(x)).all().item<bool>(), Is.True);
        Assert.That(Directory.GetFiles(folder), Has.Length.EqualTo(1), "no file is left aside");
    }

    [Test]
    public void The_file_is_the_documented_format()
    {
        using var model = new Line();
        var path = Path.Combine(folder, "line.safetensors");
        model.fc.weight.SetData(tensor(new[,] { { 1f, 2f } }));
        model.fc.bias!.SetData(tensor(new[] { 3f }));

        model.SaveWeights(path);

        var bytes = File.ReadAllBytes(path);
        var length = (int)BitConverter.ToInt64(bytes);
        var header = Encoding.UTF8.GetString(bytes, 8, length).TrimEnd();
        Assert.That(header, Is.EqualTo(
            """{"__metadata__":{"network":"Line","library":"DeepLearningCourse 0.1.0"}"""
            + ""","fc.weight":{"dtype":"F32","shape":[1,2],"data_offsets":[0,8]},"fc.bias":{"dtype":"F32","shape":[1],"data_offsets":[8,12]}}"""));
        Assert.That(length % 8, Is.Zero);
        Assert.That(bytes[(8 + length)..], Is.EqualTo(new[] { 1f, 2f, 3f }.SelectMany(BitConverter.GetBytes)));
    }

    [Test]
    public void Weights_of_another_network_name_every_difference_and_change_nothing()
    {
        using var model = new Line();
        var before = model.fc.weight.clone();
        Dictionary<string, Tensor> weights = new() { ["fc.weight"] = ones(1), ["w9.bias"] = ones(2) };

        var error = Assert.Throws<WeightsMismatchException>(() => model.load_state_dict(weights));

        Assert.That(error!.Message, Is.EqualTo(
            """
            The weights do not fit Line; nothing was loaded.
              missing: fc.bias [1]
              unexpected: w9.bias [2]
              wrong shape: fc.weight is [1] in the weights and [1, 2] in the network
            Use the network that the weights were saved from.
            """));
        Assert.That(error.MissingKeys, Is.EqualTo(new[] { "fc.bias" }));
        Assert.That(error.UnexpectedKeys, Is.EqualTo(new[] { "w9.bias" }));
        Assert.That(error.MisshapenKeys, Is.EqualTo(new[] { "fc.weight" }));
        Assert.That(model.fc.weight.equal(before).all().item<bool>(), Is.True);
    }

    [TestCase(true)]
    [TestCase(false)]
    public void A_wrong_shape_alone_is_refused_strict_or_not(bool strict)
    {
        using var model = new Line();
        Dictionary<string, Tensor> weights = new() { ["fc.weight"] = ones(1), ["fc.bias"] = ones(1) };

        var error = Assert.Throws<WeightsMismatchException>(() => model.load_state_dict(weights, strict));

        Assert.That(error!.MisshapenKeys, Is.EqualTo(new[] { "fc.weight" }));
    }

    [Test]
    public void Not_strict_loads_what_fits_and_tells_the_rest()
    {
        using var model = new Line();
        Dictionary<string, Tensor> weights = new() { ["fc.weight"] = ones(1, 2), ["w9.bias"] = ones(2) };

        var (missing, unexpected) = model.load_state_dict(weights, strict: false);

        Assert.That(missing, Is.EqualTo(new[] { "fc.bias" }));
        Assert.That(unexpected, Is.EqualTo(new[] { "w9.bias" }));
        Assert.That(model.fc.weight.sum().item<float>(), Is.EqualTo(2f));
    }

    [TestCase("", "it has 0 bytes, too few for a safetensors file. Was it cut short?")]
    [TestCase("This is a letter to my aunt.", "its first eight bytes are not the length of a safetensors header. "
        + "Weight files are safetensors (.safetensors), PyTorch's (.pt, .pth) or numpy's (.npz).")]
    [TestCase("\u0004\0\0\0\0\0\0\0[12]", "its header is not a JSON object.")]
    [TestCase("\u0004\0\0\0\0\0\0\0{12]", "its header is not JSON.")]
    public void A_file_that_holds_no_weights_is_refused_in_a_sentence(string content, string problem)
    {
        using var model = new Line();
        var path = Path.Combine(folder, "not-weights");
        File.WriteAllText(path, content);

        Assert.That(
            () => model.LoadWeights(path),
            Throws.TypeOf<WeightFileException>().With.Message.EqualTo($"{path} is not a weight file that can be read: {problem}"));
    }

    [Test]
    public void A_missing_file_says_how_to_make_one()
    {
        using var model = new Line();

        Assert.That(
            () => model.LoadWeights("nowhere.safetensors"),
            Throws.TypeOf<FileNotFoundException>().With.Message.EqualTo(
                "There is no weight file nowhere.safetensors. Save one first with model.SaveWeights(path)."));
    }

    [Test]
    public void Any_truncation_or_flipped_byte_gives_weights_or_a_sentence()
    {
        using var model = new BinaryClassifier();
        var path = Path.Combine(folder, "damaged.safetensors");
        model.SaveWeights(path);
        var whole = File.ReadAllBytes(path);
        var seed = TestContext.CurrentContext.Random.Next();
        TestContext.Out.WriteLine($"seed {seed}");
        Random random = new(seed);

        for (var i = 0; i < 400; i++)
        {
            var damaged = i % 2 == 0 ? whole[..random.Next(whole.Length)] : (byte[])whole.Clone();
            for (var flips = 0; i % 2 == 1 && flips < 3; flips++)
            {
                damaged[random.Next(600)] = (byte)random.Next(256);
            }

            File.WriteAllBytes(path, damaged);
            try
            {
                model.LoadWeights(path);
            }
            catch (Exception exception) when (exception is WeightFileException or WeightsMismatchException)
            {
                // A sentence, as promised.
            }
        }
    }

    [Test]
    public void A_save_that_fails_keeps_the_old_file_and_leaves_nothing_aside()
    {
        using var model = new Line();
        using var complexNetwork = new Complex();
        var path = Path.Combine(folder, "weights.safetensors");
        model.SaveWeights(path);
        var before = File.ReadAllBytes(path);

        Assert.That(() => complexNetwork.SaveWeights(path), Throws.TypeOf<NotSupportedException>().With.Message.StartsWith("'z' has type ComplexFloat64"));

        Assert.That(File.ReadAllBytes(path), Is.EqualTo(before));
        Assert.That(Directory.GetFiles(folder), Has.Length.EqualTo(1));
    }

    private sealed class Complex : MyNeuralNetwork
    {
        private readonly Parameter z = nn.Parameter(zeros(1, dtype: ScalarType.ComplexFloat64));

        public override Tensor forward(Tensor x) => x * z;
    }
}
