using DeepLearningCourse.Models;
using DeepLearningCourse.Tests.Data;
using static TorchSharp.torch;

namespace DeepLearningCourse.Tests.Models;

public sealed class ShardedWeightTests : NetworkTest
{
    private TemporaryFolder folder = null!;

    [SetUp]
    public void MakeFolder() => folder = new TemporaryFolder();

    [TearDown]
    public void DeleteFolder() => folder.Dispose();

    [Test]
    public void Weights_in_several_files_come_back_bit_for_bit()
    {
        using var model = new BinaryClassifier();
        using var fresh = new BinaryClassifier();
        using var another = new BinaryClassifier();

        model.SaveWeights(folder["w.safetensors"], maxShardBytes: 2000);
        fresh.LoadWeights(folder["w.safetensors"]);
        another.LoadWeights(folder["w.safetensors.index.json"]);

        var x = rand(4, 10);
        Assert.That(Names(), Has.Length.EqualTo(4), "w1 and w2's bias, w2's weight, the rest, and the index");
        Assert.That(fresh.call(x).equal(model.call(x)).all().item<bool>(), Is.True);
        Assert.That(another.call(x).equal(model.call(x)).all().item<bool>(), Is.True);

        using var file = WeightFile.Open(folder["w.safetensors"]);
        Assert.That(file.Metadata["network"], Is.EqualTo("BinaryClassifier"));
        Assert.That(file.Weights.Keys, Is.EquivalentTo(model.state_dict().Keys));
    }

    [Test]
    public void The_next_save_leaves_nothing_of_the_last([Values] bool first, [Values] bool second)
    {
        using var model = new BinaryClassifier();
        model.SaveWeights(folder["w.safetensors"], maxShardBytes: first ? 2000 : null);
        model.w1.bias!.SetData(full(32, 7.0));

        model.SaveWeights(folder["w.safetensors"], maxShardBytes: second ? 2000 : null);

        Assert.That(Names(), Has.Length.EqualTo(second ? 4 : 1));
        using var fresh = new BinaryClassifier();
        fresh.LoadWeights(folder["w.safetensors"]);
        Assert.That(fresh.w1.bias!.sum().item<float>(), Is.EqualTo(224f));
    }

    [Test]
    public void A_missing_file_and_a_missing_key_are_named()
    {
        using var model = new BinaryClassifier();
        model.SaveWeights(folder["w.safetensors"], maxShardBytes: 2000);
        var shard = Names().First(name => name.Contains("00001", StringComparison.Ordinal));
        var bytes = File.ReadAllBytes(folder[shard]);
        WeightFile.Write(folder[shard], new Dictionary<string, Tensor> { ["other"] = ones(1) });
        using var fresh = new BinaryClassifier();
        var before = fresh.state_dict().ToDictionary(entry => entry.Key, entry => entry.Value.clone());

        Assert.That(() => fresh.LoadWeights(folder["w.safetensors"]), Throws.TypeOf<WeightFileException>().With.Message.Contains($"is not in {shard}, where the index says it is."));

        File.Delete(folder[shard]);
        Assert.That(() => fresh.LoadWeights(folder["w.safetensors"]), Throws.TypeOf<FileNotFoundException>().With.Message.Contains($"needs the file {shard} beside it"));
        Assert.That(before.Where(entry => !fresh.state_dict()[entry.Key].equal(entry.Value).all().item<bool>()), Is.Empty, "a refusal changes nothing");

        File.WriteAllBytes(folder[shard], bytes);
        fresh.LoadWeights(folder["w.safetensors"]);
        Assert.That(fresh.w1.weight.equal(model.w1.weight).all().item<bool>(), Is.True);
    }

    [TestCase("""{"weight_map": {"a": "../secret.safetensors"}}""", "it names the file '../secret.safetensors', and files of weights lie in the folder of their index.")]
    [TestCase("""{"weight_map": {"a": "/etc/passwd"}}""", "it names the file '/etc/passwd'")]
    [TestCase("""{"weight_map": {"a": ".."}}""", "it names the file '..'")]
    [TestCase("""{"weight_map": {"a": 1}}""", "it is not an index of safetensors files")]
    [TestCase("""{"weight_map": []}""", "it is not an index of safetensors files")]
    [TestCase("[1, 2", "it is not an index of safetensors files")]
    public void An_index_that_is_none_is_refused(string content, string problem)
    {
        File.WriteAllText(folder["w.safetensors.index.json"], content);

        Assert.That(() => WeightFile.Open(folder["w.safetensors"]), Throws.TypeOf<WeightFileException>().With.Message.Contains(problem));
    }

    private string[] Names() => [.. Directory.GetFiles(folder.FullName).Select(file => Path.GetFileName(file)!)];
}
