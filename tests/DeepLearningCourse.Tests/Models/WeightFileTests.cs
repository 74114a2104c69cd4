using System.IO.Compression;
using System.Text.Json;
using DeepLearningCourse.Data;
using DeepLearningCourse.Models;
using DeepLearningCourse.Tests.Data;
using static TorchSharp.torch;

namespace DeepLearningCourse.Tests.Models;

public sealed class WeightFileTests : NetworkTest
{
    private TemporaryFolder folder = null!;

    [SetUp]
    public void MakeFolder() => folder = new TemporaryFolder();

    [TearDown]
    public void DeleteFolder() => folder.Dispose();

    [Test]
    public void Every_type_comes_as_Python_wrote_it()
    {
        using var file = WeightFile.Open(Reference("types.safetensors"));
        var expected = Expected("types").EnumerateObject().ToList();

        Assert.That(file.Weights.Keys, Is.EquivalentTo(expected.Select(entry => entry.Name)));
        Assert.That(file.Metadata["note"], Is.EqualTo("añadido"));

        foreach (var entry in expected)
        {
            using var tensor = file.Read(entry.Name);
            Assert.That(tensor.shape, Is.EqualTo(Longs(entry.Value.GetProperty("shape"))), entry.Name);
            Assert.That(Numbers(tensor), Is.EqualTo(Doubles(entry.Value.GetProperty("values"))), entry.Name);
            Assert.That(file.Weights[entry.Name], Is.EqualTo(new WeightInfo(entry.Name, tensor.dtype, file.Weights[entry.Name].Shape)));
        }

        Assert.That(file.Weights["bf16"].Dtype, Is.EqualTo(ScalarType.BFloat16));
    }

    [Test]
    public void What_was_written_is_read_with_every_type([Values(".safetensors", ".npz", ".pt", ".pth")] string extension)
    {
        var path = folder["copy" + extension];
        using var file = WeightFile.Open(Reference("types.safetensors"));
        var weights = file.Weights.Keys.Where(name => extension != ".npz" || name != "bf16").ToDictionary(name => name, file.Read);

        WeightFile.Write(path, weights, new Dictionary<string, string> { ["note"] = "añadido" });

        using var copy = WeightFile.Open(path);
        Assert.That(copy.Metadata, Is.EqualTo(new Dictionary<string, string> { ["note"] = "añadido" }));
        Assert.That(copy.Weights.Keys, Is.EquivalentTo(weights.Keys));

        foreach (var (name, tensor) in weights)
        {
            using var read = copy.Read(name);
            Assert.That((read.dtype, Numbers(read)), Is.EqualTo((tensor.dtype, Numbers(tensor))), name);
            Assert.That(read.shape, Is.EqualTo(tensor.shape));
        }
    }

    [Test]
    public void Numbers_at_odd_places_are_read_too()
    {
        using var file = WeightFile.Open(Reference("odd.safetensors"));

        Assert.That(Numbers(file.Read("wide")), Is.EqualTo(new[] { 1.5, -2.5 }));
        Assert.That(Numbers(file.Read("weight")), Is.EqualTo(new[] { 0.0, 1, 2, 3, 4, 5 }));
        Assert.That(Numbers(file.Read("flag")), Is.EqualTo(new[] { 1.0, 0, 1 }));
    }

    [TestCase("lecture.safetensors")]
    [TestCase("lecture.pt")]
    public void Weights_from_Python_give_its_logits(string name)
    {
        using var model = new BinaryClassifier();

        // nn.Sequential of Python numbers its layers.
        model.LoadWeights(Reference(name), keys: new KeyMap { { "0.*", "w1.*" }, { "2.*", "w2.*" }, { "4.*", "w3.*" } });

        var X = tensor(Expected("inputs").EnumerateArray().SelectMany(row => row.EnumerateArray()).Select(v => v.GetSingle()).ToArray(), [4, 10]);
        var logits = Expected("logits").EnumerateArray().SelectMany(row => row.EnumerateArray()).Select(v => v.GetSingle()).ToArray();
        Assert.That(model.call(X).data<float>().ToArray(), Is.EqualTo(logits).Within(1e-5f));
    }

    [Test]
    public void A_mapped_tensor_outlives_its_file_and_never_writes_to_it()
    {
        var path = folder["w.safetensors"];
        WeightFile.Write(path, new Dictionary<string, Tensor> { ["a"] = arange(1000, float32), ["b"] = ones(3) });
        var before = File.ReadAllBytes(path);
        Tensor a, again;

        using (var file = WeightFile.Open(path))
        {
            (a, again) = (file.Read("a"), file.Read("a"));
        }

        a.add_(1);

        Assert.That(a.sum().item<float>(), Is.EqualTo(500500f));
        Assert.That(again.sum().item<float>(), Is.EqualTo(500500f), "tensors of one key share their memory");
        a.Dispose();
        Assert.That(again[0].item<float>(), Is.EqualTo(1f));
        again.Dispose();
        Assert.That(File.ReadAllBytes(path), Is.EqualTo(before));
    }

    [Test]
    public void Weights_of_another_type_are_converted()
    {
        using var model = new Line();
        var path = folder["half.safetensors"];
        WeightFile.Write(path, new Dictionary<string, Tensor> { ["fc.weight"] = tensor(new[,] { { 1.5f, -2f } }).half(), ["fc.bias"] = tensor(new[] { 3.0 }) });

        model.LoadWeights(path);

        Assert.That(Numbers(model.fc.weight).Append(model.fc.bias!.item<float>()), Is.EqualTo(new[] { 1.5, -2, 3 }));
        Assert.That(model.fc.weight.dtype, Is.EqualTo(ScalarType.Float32));
    }

    [Test]
    public void A_key_map_renames_and_leaves_out()
    {
        using var model = new BinaryClassifier();
        using var other = new BinaryClassifier();
        var path = folder["other.safetensors"];
        var weights = other.state_dict().ToDictionary(entry => "module.fc" + entry.Key[1..], entry => entry.Value);
        weights.Add("module.steps", ones(1));
        WeightFile.Write(path, weights);

        model.LoadWeights(path, keys: new KeyMap { { "module.fc*.*", "w*.*" }, { "*.steps", null } });

        Assert.That(model.w2.weight.equal(other.w2.weight).all().item<bool>(), Is.True);
        Assert.That(
            () => model.LoadWeights(path, keys: new KeyMap { { "module.fc*.weight", "w1.weight" } }),
            Throws.ArgumentException.With.Message.EqualTo(
                "The key map gives 'module.fc1.weight' and 'module.fc2.weight' the same name, 'w1.weight'. Make the patterns tell them apart."));
        Assert.That(
            () => new KeyMap { { "fc.weight", "*" } },
            Throws.ArgumentException.With.Message.StartsWith("'*' has more * than 'fc.weight'"));
    }

    [Test]
    public void The_network_that_weights_were_saved_from_is_named()
    {
        using var model = new BinaryClassifier();
        using var other = new Line();
        model.SaveWeights(folder["w.safetensors"]);

        Assert.That(
            () => other.LoadWeights(folder["w.safetensors"]),
            Throws.TypeOf<WeightsMismatchException>().With.Message.StartsWith("The weights (of BinaryClassifier) do not fit Line; nothing was loaded.\n  missing: fc.weight [1, 2]"));
    }

    [Test]
    public void Another_ending_is_refused_before_anything_is_written()
    {
        using var model = new Line();

        Assert.That(() => model.SaveWeights(folder["w.h5"]), Throws.ArgumentException.With.Message.StartsWith("The name w.h5 does not say a format of weights"));
        Assert.That(() => model.SaveWeights(folder["w.npz"], maxShardBytes: 4), Throws.ArgumentException.With.Message.StartsWith("Only .safetensors files come in several parts"));
        Assert.That(() => model.SaveWeights(folder["w.safetensors"], maxShardBytes: 0),
            Throws.TypeOf<ArgumentOutOfRangeException>().With.Message.EqualTo("maxShardBytes is 0: a file needs one byte at least; 2L << 30 is usual. (Parameter 'maxShardBytes')"));
        Assert.That(Directory.GetFiles(folder.FullName), Is.Empty);
    }

    [Test]
    public void Keys_that_are_not_there_and_closed_files_are_named()
    {
        var file = WeightFile.Open(Reference("odd.safetensors"));

        Assert.That(() => file.Read("w1"), Throws.ArgumentException.With.Message.Contains("has no weights 'w1'. It has flag, wide, weight."));
        file.Dispose();
        file.Dispose();
        Assert.That(() => file.Read("wide"), Throws.TypeOf<ObjectDisposedException>().With.Message.Contains("WeightFile"));
        Assert.That(() => WeightFile.Open(folder["none.pt"]),
            Throws.TypeOf<FileNotFoundException>().With.Message.EqualTo($"There is no weight file {folder["none.pt"]}. Save one first with model.SaveWeights(path)."));
    }

    [Test]
    public void Damaged_text_in_a_file_of_PyTorch_is_refused_and_leaves_no_tensor()
    {
        var path = folder["w.pt"];
        WeightFile.Write(path, new Dictionary<string, Tensor> { ["a"] = ones(3) });

        using (var zip = ZipFile.Open(path, ZipArchiveMode.Update))
        {
            zip.GetEntry("archive/deeplearningcourse.json")!.Delete();
            using var writer = new StreamWriter(zip.CreateEntry("archive/deeplearningcourse.json").Open());
            writer.Write("[1");
        }

        Assert.That(() => WeightFile.Open(path), Throws.TypeOf<WeightFileException>().With.Message.Contains("its metadata is not text by name"));
    }

    [Test]
    public void Preprocessors_travel_in_every_format([Values(".safetensors", ".npz", ".pt", ".pth")] string extension)
    {
        using var model = new Line();
        var scaler = new StandardScaler();
        scaler.Fit(tensor(new[,] { { 1f, 2f }, { 3f, 6f } }));

        model.SaveWeights(folder["w" + extension], new Dictionary<string, Preprocessor> { ["scaler"] = scaler });

        Assert.That(WeightFile.ReadPreprocessor<StandardScaler>(folder["w" + extension], "scaler").ToJson(), Is.EqualTo(scaler.ToJson()));
        using var fresh = new Line();
        fresh.LoadWeights(folder["w" + extension]);
        Assert.That(fresh.fc.weight.equal(model.fc.weight).all().item<bool>(), Is.True);
    }

    internal static string Reference(string name) => Path.Combine(AppContext.BaseDirectory, "Reference", "weights", name);

    internal static double[] Numbers(Tensor tensor)
    {
        using var scope = NewDisposeScope();
        var real = tensor.is_complex() ? tensor.view_as_real() : tensor;
        return real.numel() == 0 ? [] : real.to(float64).contiguous().data<double>().ToArray();
    }

    private static JsonElement Expected(string name)
    {
        using var document = JsonDocument.Parse(File.ReadAllText(Path.Combine(AppContext.BaseDirectory, "Reference", "weights.json")));
        return document.RootElement.GetProperty(name).Clone();
    }

    private static long[] Longs(JsonElement list) => [.. list.EnumerateArray().Select(v => v.GetInt64())];

    private static double[] Doubles(JsonElement list) => [.. list.EnumerateArray().Select(v => v.GetDouble())];
}
