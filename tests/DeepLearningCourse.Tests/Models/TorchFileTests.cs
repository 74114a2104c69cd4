using System.Buffers.Binary;
using System.IO.Compression;
using DeepLearningCourse.Models.Pickle;
using DeepLearningCourse.Tests.Data;
using static TorchSharp.torch;

namespace DeepLearningCourse.Tests.Models;

/// <summary>What PyTorch wrote is read, and what is written is read here and there.</summary>
public sealed class TorchFileTests : TensorTest
{
    private static readonly Dictionary<string, string> NoMetadata = [];

    [TestCaseSource(typeof(TorchFiles), nameof(TorchFiles.Readable))]
    public void A_file_of_PyTorch_has_the_tensors_that_it_was_written_with(string name)
    {
        var expected = TorchFiles.Expected.GetProperty(name);

        var read = TorchFiles.Read(name, name == "two_models" ? "ema.weights" : null);

        Assert.That(read.Keys, Is.EqualTo(expected.EnumerateObject().Select(entry => entry.Name)));
        foreach (var (key, tensor) in read)
        {
            var values = expected.GetProperty(key);
            Assert.That(tensor.dtype, Is.EqualTo(TorchDtypes.OfName(values.GetProperty("dtype").GetString()!)), key);
            Assert.That(tensor.shape, Is.EqualTo(values.GetProperty("shape").EnumerateArray().Select(d => d.GetInt64())), key);
            Assert.That(TorchFiles.Numbers(tensor), Is.EqualTo(TorchFiles.Numbers(values.GetProperty("values"))), key);
            Assert.That(tensor.is_contiguous() && tensor.device_type == TorchSharp.DeviceType.CPU && !tensor.requires_grad, key);
        }
    }

    [Test]
    public void Tensors_that_shared_a_storage_have_memory_of_their_own()
    {
        var read = TorchFiles.Read("views");

        read["whole"].zero_();

        Assert.That(read["transposed"].sum().item<float>(), Is.EqualTo(276));
        Assert.That(read["expanded"].sum().item<float>(), Is.EqualTo(30));
    }

    [TestCase("nets.generator", 1)]
    [TestCase("nets.critic", 2)]
    [TestCase("ema.weights", 3)]
    public void A_root_leads_through_dicts_and_keys_with_dots(string root, int length) =>
        Assert.That(TorchFiles.Read("two_models", root)["w"].shape, Is.EqualTo(new long[] { length }));

    [Test]
    public void A_root_leads_to_an_optimizers_state_and_to_one_tensor()
    {
        var moments = TorchFiles.Read("checkpoint", "optimizer_state_dict.state.0");

        Assert.That(moments.Keys, Is.EqualTo(new[] { "step", "exp_avg", "exp_avg_sq" }));
        Assert.That(TorchFiles.Read("checkpoint", "model_state_dict.0.weight")[""].shape, Is.EqualTo(new long[] { 4, 3 }));
        Assert.That(TorchFiles.Read("list", "1")[""].shape, Is.EqualTo(new long[] { 1 }));
    }

    [Test]
    public void A_file_of_PyTorch_has_no_metadata() => Assert.That(TorchFile.ReadMetadata(TorchFiles.PathOf("state_dict")), Is.Empty);

    [Test]
    public void What_is_written_is_read_again_with_its_metadata()
    {
        using var folder = new TemporaryFolder();
        var tensors = AllKinds();

        TorchFile.Write(folder["a.pt"], tensors, new Dictionary<string, string> { ["preprocessor.x"] = "{\"ñ\": 1}", [""] = "" });

        var read = TorchFile.Read(folder["a.pt"]);
        Assert.That(read.Keys, Is.EqualTo(tensors.Keys));
        foreach (var (key, tensor) in tensors)
        {
            Assert.That(read[key].dtype, Is.EqualTo(tensor.dtype), key);
            Assert.That(read[key].shape, Is.EqualTo(tensor.shape), key);
            Assert.That(TorchFiles.Numbers(read[key]), Is.EqualTo(TorchFiles.Numbers(tensor)), key);
        }

        Assert.That(TorchFile.IsZip(folder["a.pt"]));
        Assert.That(TorchFile.ReadMetadata(folder["a.pt"]), Is.EqualTo(new Dictionary<string, string> { ["preprocessor.x"] = "{\"ñ\": 1}", [""] = "" }));
    }

    [Test]
    public void Records_are_stored_at_multiples_of_64_with_right_checksums_and_tied_tensors_once()
    {
        using var folder = new TemporaryFolder();
        var tensors = AllKinds();
        TorchFile.Write(folder["a.pt"], tensors, NoMetadata);

        using var zip = ZipFile.OpenRead(folder["a.pt"]);

        var bytes = File.ReadAllBytes(folder["a.pt"]);
        Assert.That(zip.Entries.Count(entry => entry.FullName.Contains("/data/", StringComparison.Ordinal)), Is.EqualTo(tensors.Count - 2));
        foreach (var entry in zip.Entries)
        {
            using var stream = entry.Open();
            using MemoryStream content = new();
            stream.CopyTo(content);
            ICSharpCode.SharpZipLib.Checksum.Crc32 sum = new();
            sum.Update(content.ToArray());
            Assert.That((uint)sum.Value, Is.EqualTo(entry.Crc32), entry.FullName);
            Assert.That(entry.CompressedLength, Is.EqualTo(entry.Length), entry.FullName);
        }

        Assert.That(DataStarts(bytes).Where(start => start % 64 != 0), Is.Empty);
        Assert.That(DataStarts(bytes).Count(), Is.EqualTo(zip.Entries.Count));
    }

    [Test]
    public void Records_with_lengths_and_places_of_64_bits_are_read_again()
    {
        using var folder = new TemporaryFolder();
        using (var stream = File.Create(folder["a.zip"]))
        {
            StoredZip zip = new(stream, wideFrom: 200);
            zip.Add("short", [1, 2, 3]);
            zip.Add("long", new byte[300]);
            zip.Add("far", [4]);
            zip.Finish();
        }

        using var read = ZipFile.OpenRead(folder["a.zip"]);

        Assert.That(read.Entries.Select(entry => (entry.FullName, entry.Length)), Is.EqualTo(new[] { ("short", 3L), ("long", 300L), ("far", 1L) }));
        using var far = read.GetEntry("far")!.Open();
        Assert.That(far.ReadByte(), Is.EqualTo(4));
    }

    [Test]
    public void Equal_tensors_make_equal_files()
    {
        using var folder = new TemporaryFolder();
        TorchFile.Write(folder["a.pt"], AllKinds(), NoMetadata);
        TorchFile.Write(folder["b.pt"], AllKinds(), NoMetadata);

        Assert.That(File.ReadAllBytes(folder["a.pt"]), Is.EqualTo(File.ReadAllBytes(folder["b.pt"])));
    }

    [Test]
    public void A_state_dict_without_tensors_and_one_with_many_are_written()
    {
        using var folder = new TemporaryFolder();
        TorchFile.Write(folder["none.pt"], new Dictionary<string, Tensor>(), NoMetadata);
        var many = Enumerable.Range(0, 2_000).ToDictionary(i => $"layer.{i}", i => tensor(i));
        TorchFile.Write(folder["many.pt"], many, NoMetadata);

        Assert.That(TorchFile.Read(folder["none.pt"]), Is.Empty);
        var read = TorchFile.Read(folder["many.pt"]);
        Assert.That(read.Keys, Is.EqualTo(many.Keys));
        Assert.That(read["layer.1999"].item<int>(), Is.EqualTo(1999));
    }

    [Test]
    public void PyTorch_reads_what_is_written_weights_only()
    {
        using var folder = new TemporaryFolder();
        TorchFile.Write(folder["a.pt"], AllKinds(), new Dictionary<string, string> { ["a"] = "b" });
        File.WriteAllText(folder["read.py"], """
            import sys
            try:
                import torch
            except ImportError:
                sys.exit(42)
            state = torch.load(sys.argv[1], weights_only=True)
            assert type(state).__name__ == "OrderedDict"
            assert state["tied.a"].data_ptr() == state["tied.b"].data_ptr() == state["tied.view"].data_ptr()
            torch.save({key: value.clone() for key, value in state.items()}, sys.argv[2])
            """);

        Python.Run(folder["read.py"], folder["a.pt"], folder["b.pt"]);

        var back = TorchFile.Read(folder["b.pt"]);
        var expected = TorchFile.Read(folder["a.pt"]);
        Assert.That(back.Keys, Is.EqualTo(expected.Keys));
        Assert.That(back.Where(pair => !TorchFiles.Numbers(pair.Value).SequenceEqual(TorchFiles.Numbers(expected[pair.Key]))).Select(pair => pair.Key), Is.Empty);
        Assert.That(back.Where(pair => pair.Value.dtype != expected[pair.Key].dtype).Select(pair => pair.Key), Is.Empty);
    }

    private static Dictionary<string, Tensor> AllKinds()
    {
        var numbers = arange(6, float32).reshape(2, 3);
        var tied = ones(3, 2);
        return new()
        {
            ["float64"] = numbers.to(float64), ["float32"] = numbers.clone(), ["float16"] = numbers.to(float16), ["bfloat16"] = numbers.to(bfloat16),
            ["int64"] = numbers.to(int64), ["int32"] = numbers.to(int32), ["int16"] = numbers.to(int16), ["int8"] = numbers.to(int8),
            ["uint8"] = numbers.to(uint8), ["bool"] = numbers.to(@bool), ["complex64"] = numbers.to(complex64), ["complex128"] = numbers.to(complex128),
            ["tied.a"] = tied, ["tied.b"] = tied, ["tied.view"] = tied.view(6), ["transposed"] = numbers.t(), ["expanded"] = tied[0].expand(4, 2),
            ["zero_d"] = tensor(2.5f), ["empty"] = zeros(0), ["no_rows"] = zeros(0, 4), ["ñandú"] = ones(1).requires_grad_(true),
        };
    }

    /// <summary>Where the bytes of the records begin, by the headers before them.</summary>
    private static IEnumerable<int> DataStarts(byte[] bytes)
    {
        for (var at = 0; BinaryPrimitives.ReadUInt32LittleEndian(bytes.AsSpan(at)) == 0x04034b50;)
        {
            var start = at + 30 + BinaryPrimitives.ReadUInt16LittleEndian(bytes.AsSpan(at + 26)) + BinaryPrimitives.ReadUInt16LittleEndian(bytes.AsSpan(at + 28));
            yield return start;
            at = start + BinaryPrimitives.ReadInt32LittleEndian(bytes.AsSpan(at + 18));
        }
    }
}
