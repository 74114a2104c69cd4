using System.Diagnostics;
using System.IO.Compression;
using DeepLearningCourse.Models;
using DeepLearningCourse.Models.Pickle;
using DeepLearningCourse.Tests.Data;

namespace DeepLearningCourse.Tests.Models;

/// <summary>Every file that is not a state dict is refused with a sentence that says what it is.</summary>
public sealed class TorchFileErrorTests : TensorTest
{
    // A shape of one dimension, as text of a pickle.
    private const string Two = "K\u0002\u0085";
    private const string One = "K\u0001\u0085";
    private const string Zero = "K\0";

    [TestCase("legacy", "before 1.6", "torch.save(torch.load(path), path)")]
    [TestCase("tar", "it is a tar file", "torch.save(torch.load(path), path)")]
    [TestCase("script", "it is a TorchScript program", "state_dict()")]
    [TestCase("module", "a whole object of the Python class 'torch.nn.modules.container.Sequential'", "torch.save(model.state_dict(), path)")]
    [TestCase("module_inside", "a whole object of the Python class 'torch.nn.modules.linear.Linear'", "torch.save(model.state_dict(), path)")]
    [TestCase("forbidden", "it asks for the Python object 'os.system'", "Save the state dict alone: torch.save(model.state_dict(), path)")]
    [TestCase("sparse", "'torch._utils._rebuild_sparse_tensor'", "only tensors and plain values are read")]
    [TestCase("big_endian", "byte order 'big'", "only 'little' is read")]
    [TestCase("plain_pickle", "a pickle without the tensors' numbers", "torch.save(model.state_dict(), path)")]
    [TestCase("numbers", "there is no tensor in it", "Save the state dict alone")]
    [TestCase("two_models", "'nets' is a dict", "State dicts are in 'nets.generator', 'nets.critic', 'ema.weights': give the name of one as root")]
    public void A_file_that_is_no_state_dict_is_called_what_it_is(string name, string problem, string advice) => Assert.That(
        () => TorchFiles.Read(name),
        Throws.TypeOf<WeightFileException>().With.Message.StartWith(TorchFiles.PathOf(name)).And.Message.Contain(problem).And.Message.Contain(advice));

    [TestCase("model", "it has no entry 'model'. There are 'epoch', 'nets', 'ema.weights'")]
    [TestCase("nets.gan", "it has no entry 'nets.gan', for there is no 'gan'. There are 'generator', 'critic'")]
    [TestCase("epoch.more", "for there is no 'more'.")]
    [TestCase("epoch", "its entry 'epoch' is not a state dict: it is a plain value.")]
    [TestCase("nets", "its entry 'nets' is not a state dict: 'generator' is a dict. State dicts are in 'nets.generator'")]
    public void A_root_that_leads_nowhere_is_told_where_it_could_lead(string root, string problem) =>
        Assert.That(() => TorchFiles.Read("two_models", root), Refused(problem));

    [Test]
    public void A_file_that_is_not_there_is_missed()
    {
        Assert.That(() => TorchFile.Read("nowhere.pt"), Throws.TypeOf<FileNotFoundException>().With.Message.Contain("nowhere.pt"));
        Assert.That(() => TorchFile.ReadMetadata("nowhere.pt"),
            Throws.TypeOf<FileNotFoundException>().With.Message.EqualTo("There is no weight file nowhere.pt. Save one first, in Python with torch.save(model.state_dict(), path)."));
        Assert.That(() => TorchFile.IsZip("nowhere.pt"),
            Throws.TypeOf<FileNotFoundException>().With.Message.EqualTo("There is no weight file nowhere.pt. Save one first, in Python with torch.save(model.state_dict(), path)."));
    }

    [Test]
    public void A_file_cut_short_is_refused_at_every_length()
    {
        using var folder = new TemporaryFolder();
        var whole = File.ReadAllBytes(TorchFiles.PathOf("single"));

        for (var length = 0; length < whole.Length; length++)
        {
            File.WriteAllBytes(folder["a.pt"], whole[..length]);
            Assert.That(() => TorchFile.Read(folder["a.pt"]), Throws.TypeOf<WeightFileException>().With.Message.StartWith(folder["a.pt"]), $"{length} bytes");
        }
    }

    [Test]
    public void A_storage_shorter_than_its_tensors_is_refused_and_none_of_them_left_alive()
    {
        var pickle = $"}}(U\u0001a{TorchFiles.Tensor(Zero, Two, One)}U\u0001b{TorchFiles.Tensor(Zero, "K\u0003\u0085", One, "K\u0003")}u.";
        var before = LiveTensors;

        Assert.That(() => Read(pickle), Refused("'b' of shape [3] does not lie inside its storage"));
        Assert.That(LiveTensors, Is.EqualTo(before));
    }

    [Test]
    public void A_missing_record_is_named() =>
        Assert.That(() => Read(TorchFiles.Tensor(Zero, Two, One, key: "7") + "."), Refused("its record archive/data/7 is missing"));

    [TestCase("K\u0001", "K\u0002\u0085", "K\u0001\u0085", "does not lie inside", TestName = "An offset past the end")]
    [TestCase("J\u00ff\u00ff\u00ff\u00ff", "K\u0002\u0085", "K\u0001\u0085", "does not lie inside", TestName = "An offset before the start")]
    [TestCase("K\0", "K\u0002\u0085", "K\u0002\u0085", "does not lie inside", TestName = "A stride past the end")]
    [TestCase("K\0", "K\u0002\u0085", "J\u00ff\u00ff\u00ff\u00ff\u0085", "does not lie inside", TestName = "A stride that goes back")]
    [TestCase("K\0", "K\u0002\u0085", "K\u0001K\u0001\u0086", "does not lie inside", TestName = "More strides than dimensions")]
    [TestCase("K\0", "J\u00ff\u00ff\u00ff\u00ff\u0085", "K\u0001\u0085", "has sizes that no tensor has", TestName = "A negative dimension")]
    [TestCase("K\0", "\u008a\u0008\u00ff\u00ff\u00ff\u00ff\u00ff\u00ff\u00ff\u007f\u0085", "\u008a\u0008\u00ff\u00ff\u00ff\u00ff\u00ff\u00ff\u00ff\u007f\u0085", "has sizes that no tensor has", TestName = "Sizes that overflow")]
    [TestCase("K\0", "J\0\0\0\u0010K\0\u0086", "K\0K\0\u0086", null, TestName = "An empty tensor of many rows is read")]
    [TestCase("K\0", "J\0\0\0\u0010\u0085", "K\0\u0085", "that are allowed for a file of", TestName = "One number expanded to a gigabyte")]
    [TestCase("K\0", "\u008a\u0006\0\0\0\0\0\u0001K\0\u0086", "K\0K\0\u0086", null, TestName = "An empty tensor with a dimension of 2 to the 40 is read")]
    public void Tensors_lie_inside_their_storage(string offset, string shape, string strides, string? problem) =>
        Assert.That(() => Read(TorchFiles.Tensor(offset, shape, strides) + "."), problem is null ? Throws.Nothing : Refused(problem));

    [TestCase("(.", "takes more than it put")]
    [TestCase(".", "takes more than it put")]
    [TestCase("h\u0005.", "refers to something that it does not have")]
    [TestCase("K", "ends in the middle")]
    [TestCase("X\u00ff\u00ff\u00ff\u00ffa", "ends in the middle")]
    [TestCase("\u008d\u00ff\u00ff\u00ff\u00ff\u00ff\u00ff\u00ff\u00ffa", "ends in the middle")]
    [TestCase("U\u0001a\u0094\u0094\u0095........", "ends in the middle")]
    [TestCase("ctorch", "ends in the middle")]
    [TestCase("X\u0002\0\0\0\u00ff\u00ff.", "text that is not UTF-8")]
    [TestCase("K\u0001K\u0002a.", "adds items to something that is no list")]
    [TestCase("}K\u0001a.", "adds items to something that is no list")]
    [TestCase("}(K\u0001u.", "adds entries to something that is no dict")]
    [TestCase("K\u0001)R.", "something that cannot be called")]
    [TestCase("ctorch\nFloatStorage\n)R.", "'torch.FloatStorage' with arguments that it does not have")]
    [TestCase("ctorch._utils\n_rebuild_parameter\n(NNNtR.", "with arguments that it does not have")]
    [TestCase("K\u0001}b.", "gives attributes to something that has none")]
    [TestCase("NQ.", "refers to numbers in a way that PyTorch does not")]
    [TestCase("NN\u0093.", "whose name is not text")]
    [TestCase("U\u0008builtinsU\u0004eval\u0093.", "'builtins.eval'")]
    [TestCase("ctorch\nload\n.", "'torch.load'")]
    [TestCase("!", "instruction 0x21")]
    [TestCase("\u0080\u0009N.", "protocol 9")]
    [TestCase("\u008b\u0001\u0010\0\0" + "a", "ends in the middle")]
    [TestCase("K\u0001.", "it is a plain value")]
    [TestCase("N.", "it is None")]
    [TestCase("].", "there is no tensor in it")]
    public void A_damaged_pickle_is_refused(string pickle, string problem) => Assert.That(() => Read(pickle), Refused(problem));

    [Test]
    public void A_pickle_that_nests_ten_million_times_overflows_nothing()
    {
        Assert.That(() => Read(new string(']', 1) + new string('\u0085', 10_000_000) + "."), Refused("there is no tensor in it").Or.Message.Contain("'0' is a tuple"));
        Assert.That(() => Read(new string('(', 1_000_000) + "."), Refused("takes more than it put"));
    }

    [Test]
    public void A_container_that_holds_itself_is_refused()
    {
        Assert.That(() => Read("]q\0h\0a."), Refused("'0' is a list"));
        Assert.That(() => Read("}q\0U\u0005modelh\0s."), Refused("'model' is a dict"));
        Assert.That(() => Read("}q\0(U\u0001ah\0U\u0001bh\0U\u0001ch\0u."), Refused("'a' is a dict"));
    }

    [Test]
    public void References_that_multiply_take_no_time()
    {
        // Each dict holds the one before it a hundred times: traversed, they are more than there are atoms.
        var entries = string.Concat(Enumerable.Range(0, 100).Select(i => $"K{(char)i}h\0"));
        var bomb = "}q\0" + string.Concat(Enumerable.Repeat($"0}}({entries}uq\0", 100)) + ".";

        var started = Stopwatch.GetTimestamp();
        Assert.That(() => Read(bomb), Refused("is a dict"));
        Assert.That(Stopwatch.GetElapsedTime(started).TotalSeconds, Is.LessThan(10));
    }

    [Test]
    public void A_dict_behind_many_names_is_looked_through_once()
    {
        var dict = "}(" + string.Concat(Enumerable.Repeat("K\u0001N", 100_000)) + "K\u0001]uq\0";
        var names = "U\u0005modelq\u00010}(" + string.Concat(Enumerable.Repeat("h\u0001h\0", 100_000)) + "u.";

        var started = Stopwatch.GetTimestamp();
        Assert.That(() => Read(dict + names), Refused("'model' is a dict"));
        Assert.That(Stopwatch.GetElapsedTime(started).TotalSeconds, Is.LessThan(10));
    }

    [Test]
    public void A_name_that_is_a_tuple_is_refused() =>
        Assert.That(() => Read($"}})K\u0001s({")" + TorchFiles.Tensor(Zero, Two, One)}u."), Refused("a name that is neither text nor a number"));

    [Test]
    public void A_list_copied_again_and_again_is_refused()
    {
        var list = "](" + new string('N', 20_000) + "e\u0085q\0";
        var copies = string.Concat(Enumerable.Repeat("cbuiltins\nset\nh\0R0", 1_000));

        Assert.That(() => Read(list + copies + "."), Refused("copies more than it holds"));
    }

    [Test]
    public void One_storage_behind_many_names_is_refused_before_it_is_copied()
    {
        // 4 MiB of numbers, 256 times: more than 16 times the file and 16 MiB.
        var whole = "J\0\0\u0010\0\u0085";
        using var folder = new TemporaryFolder();
        using (var numbers = TorchSharp.torch.zeros(1 << 20))
        {
            TorchFile.Write(folder["a.pt"], new Dictionary<string, TorchSharp.torch.Tensor> { ["w"] = numbers }, new Dictionary<string, string>());
        }

        var names = string.Concat(Enumerable.Range(0, 256).Select(i => $"K{(char)i}h\u0001"));
        var pickle = $"{TorchFiles.Tensor(Zero, whole, One, "J\0\0\u0010\0")}q\u00010}}({names}u.";
        File.WriteAllBytes(folder["b.pt"], TorchFiles.WithPickle(File.ReadAllBytes(folder["a.pt"]), TorchFiles.Pickle(pickle)));

        Assert.That(() => TorchFile.Read(folder["b.pt"]), Refused("that are allowed for a file of"));
    }

    [Test]
    public void A_key_that_is_there_twice_is_refused() =>
        Assert.That(() => Read($"}}({"U\u0001a" + TorchFiles.Tensor(Zero, Two, One)}{"U\u0001a" + TorchFiles.Tensor(Zero, Two, One)}u."), Refused("'a' is there twice"));

    [Test]
    public void A_tensor_conjugated_when_it_is_read_is_refused()
    {
        var tensor = TorchFiles.Tensor(Zero, Two, One).Replace("\u0089}tR", "\u0089}}U\u0004conj\u0088stR", StringComparison.Ordinal);

        Assert.That(() => Read(tensor + "."), Refused("conjugated or negated"));
    }

    [Test]
    public void A_zip_file_of_something_else_is_refused() =>
        Assert.That(() => TorchFile.Read(Reference.PathOf("npy", "stored.npz")), Refused("without the record data.pkl"));

    [Test]
    public void Metadata_that_is_not_text_by_name_is_refused()
    {
        using var folder = new TemporaryFolder();
        using (var numbers = TorchSharp.torch.zeros(1))
        {
            TorchFile.Write(folder["a.pt"], new Dictionary<string, TorchSharp.torch.Tensor> { ["w"] = numbers }, new Dictionary<string, string> { ["a"] = "bcd" });
        }

        using (var zip = ZipFile.Open(folder["a.pt"], ZipArchiveMode.Update))
        {
            zip.GetEntry("archive/deeplearningcourse.json")!.Delete();
            using var writer = new StreamWriter(zip.CreateEntry("archive/deeplearningcourse.json").Open());
            writer.Write("{\"a\":77777}");
        }

        Assert.That(() => TorchFile.ReadMetadata(folder["a.pt"]), Refused("metadata is not text by name"));
        Assert.That(TorchFile.Read(folder["a.pt"]), Has.Count.EqualTo(1));
    }

    [Test]
    public void A_folder_that_is_not_there_is_not_written_to() => Assert.That(
        () => TorchFile.Write("nowhere/a.pt", new Dictionary<string, TorchSharp.torch.Tensor>(), new Dictionary<string, string>()),
        Throws.TypeOf<DirectoryNotFoundException>().With.Message.Contains("nowhere"));

    private static NUnit.Framework.Constraints.ContainsConstraint Refused(string problem) =>
        Throws.TypeOf<WeightFileException>().With.Message.Contain(problem);

    private static void Read(string pickle)
    {
        using var folder = new TemporaryFolder();
        File.WriteAllBytes(folder["a.pt"], TorchFiles.Archive(TorchFiles.Pickle(pickle)));

        foreach (var tensor in TorchFile.Read(folder["a.pt"]).Values)
        {
            tensor.Dispose();
        }
    }
}
