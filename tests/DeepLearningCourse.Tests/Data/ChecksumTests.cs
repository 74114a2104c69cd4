using System.Diagnostics;
using System.Globalization;
using System.IO.Compression;
using System.Security.Cryptography;
using System.Text;
using DeepLearningCourse.Data;
using DeepLearningCourse.Models;
using DeepLearningCourse.Optimization;
using static TorchSharp.torch;

namespace DeepLearningCourse.Tests.Data;

/// <summary>Formats with sums: whichever bit of a file is turned, nothing else is read than was written.</summary>
public sealed class ChecksumTests : TensorTest
{
    private static readonly string[] Files =
    [
        "array.idx.gz", "table.csv.gz", "npy/stored.npz", "npy/compressed.npz", "own.npz", "own-compressed.npz", "own.pt", "torch/single.pt", "torch/compressed.pt", "torch/views.pt",
        "optimizer.pt",
    ];

    private TemporaryFolder folder = null!;

    [SetUp]
    public void MakeFolder() => folder = new TemporaryFolder();

    [TearDown]
    public void RemoveFolder() => folder.Dispose();

    [TestCaseSource(nameof(Files))]
    public void A_turned_bit_is_noticed_or_changes_nothing(string name) => Flip(name, step: 67);

    [Test, Category("Long"), Attack]
    public void Bits_turned_in_every_byte_are_noticed_or_change_nothing()
    {
        var counts = Mutations.Sum(Files.Select(name => Flip(name, step: 5)));

        Assert.That(counts.Refused + counts.Read, Is.GreaterThan(20_000));
        AttackRecords.Add(
            "Files with sums", $"each fifth bit of {Files.Length} files turned: IDX and CSV in gzip, .npz, .pt of weights and of an optimizer, from Python and from here",
            Mutations.Outcome(counts, "read as they were written, none as anything else"));
    }

    [Test]
    public void A_changed_number_in_an_npz_is_named()
    {
        var path = Write("own.npz");
        var bytes = File.ReadAllBytes(path);
        bytes[bytes.AsSpan().IndexOf(BitConverter.GetBytes(1234.5f))] ^= 1;
        File.WriteAllBytes(path, bytes);
        using var file = NpzFile.Open(path);

        Assert.That(file.Read("b").numel(), Is.EqualTo(40), "the other array is whole");
        Assert.That(() => file.Read("a"), Throws.TypeOf<InvalidDataException>().With.Message.Match(
            $"^{path} is not a whole .npz file: its record 'a.npy' has other bytes than were written: 140 with the sum [0-9A-F]{{8}} in place of 140 with [0-9A-F]{{8}}. "
            + "The file is damaged: copy or fetch it again.$"));
    }

    [Test]
    public void A_changed_weight_in_a_file_of_PyTorch_is_named()
    {
        var path = Write("own.pt");
        var bytes = File.ReadAllBytes(path);
        bytes[bytes.AsSpan().IndexOf(BitConverter.GetBytes(1234.5f))] ^= 1;
        File.WriteAllBytes(path, bytes);

        Assert.That(() => WeightFile.Open(path), Throws.TypeOf<WeightFileException>().With.Message.Match(
            $"^{path} is not a weight file that can be read: its record 'archive/data/0' has other bytes than were written: 12 with the sum [0-9A-F]{{8}} in place of "
            + "12 with [0-9A-F]{8}. The file is damaged: copy or fetch it again.$"));
    }

    [Test]
    public void A_record_that_is_named_otherwise_where_it_lies_is_refused()
    {
        var path = Write("own.npz");
        var bytes = File.ReadAllBytes(path);
        bytes[bytes.AsSpan().LastIndexOf("a.npy"u8)] = (byte)'c';
        File.WriteAllBytes(path, bytes);

        Assert.That(() => NpzFile.Open(path), Throws.TypeOf<InvalidDataException>().With.Message.EqualTo(
            $"{path} is not a whole .npz file: its directory names a record 'c.npy', and 'a.npy' or another kind of record lies in that place. "
            + "The file is damaged: copy or fetch it again."));
    }

    [Test]
    public void A_file_that_PyTorch_was_told_to_leave_the_sums_out_of_is_read()
    {
        var path = Write("own.pt");
        File.WriteAllBytes(path, WithoutSums(File.ReadAllBytes(path)));
        using var file = WeightFile.Open(path);
        using var a = file.Read("a");

        Assert.That(a.data<float>().ToArray(), Is.EqualTo(new[] { 1234.5f, 2, 3 }));
    }

    [Test]
    public void What_is_behind_an_array_is_refused()
    {
        Npy.Write(folder["a.npy"], arange(6).reshape(2, 3));
        File.AppendAllText(folder["a.npy"], "!");
        File.WriteAllBytes(folder["a.idx"], [0, 0, 8, 1, 0, 0, 0, 2, 7, 7, 7]);
        var problem = " goes on after its array of shape {0}, {1} bytes. It is damaged, or holds several arrays: save each in a file of its own.";

        var npy = folder["a.npy"] + string.Format(CultureInfo.InvariantCulture, problem, "[2, 3]", 48);
        Assert.That(() => Npy.Read(folder["a.npy"]), Throws.TypeOf<InvalidDataException>().With.Message.EqualTo(npy));
        Assert.That(() => new NpyDataset(folder["a.npy"], folder["a.npy"]), Throws.TypeOf<InvalidDataException>().With.Message.EqualTo(npy));
        Assert.That(() => Idx.Read(folder["a.idx"]), Throws.TypeOf<InvalidDataException>().With.Message.EqualTo(
            folder["a.idx"] + string.Format(CultureInfo.InvariantCulture, problem, "[2]", 2)));
    }

    [Test, Category("Long"), Attack]
    public void The_sums_of_a_gigabyte_cost_little()
    {
        using var empty = zeros(1 << 28, float32);
        using var numbers = empty.uniform_(-1, 1);
        WeightFile.Write(folder["sums.pt"], new Dictionary<string, Tensor> { ["w"] = numbers });
        File.WriteAllBytes(folder["none.pt"], []);
        File.Copy(folder["sums.pt"], folder["none.pt"], overwrite: true);
        RemoveSums(folder["none.pt"]);

        // In turns, and the best of each: others use the machine too.
        var (with, without) = (double.MaxValue, double.MaxValue);

        for (var round = 0; round < 3; round++)
        {
            with = Math.Min(with, Seconds(folder["sums.pt"]));
            without = Math.Min(without, Seconds(folder["none.pt"]));
        }

        Assert.That(with, Is.LessThan((2 * without) + 2), "seconds");
        AttackRecords.Add(
            "Files with sums", "a .pt file of 1 GiB read with its sums and with none, from the system's memory, the best of three",
            string.Create(CultureInfo.InvariantCulture, $"{with:F2} s with them, {without:F2} s without"));
    }

    private static double Seconds(string path)
    {
        var start = Stopwatch.GetTimestamp();
        WeightFile.Open(path).Dispose();
        return Stopwatch.GetElapsedTime(start).TotalSeconds;
    }

    private (int Refused, int Read) Flip(string name, int step) => Mutations.Flip(
        File.ReadAllBytes(Write(name)), name[name.IndexOf('.')..], path => Contents(name, path),
        exception => exception is InvalidDataException or ArgumentException or WeightFileException or OptimizerFileException, step);

    /// <summary>All that the library reads of a file.</summary>
    private static string Contents(string name, string path)
    {
        using var scope = NewDisposeScope();

        switch (name)
        {
            case "array.idx.gz":
                return Text([new("", Idx.Read(path))]);
            case "table.csv.gz":
                using (var table = CsvTable.Read(path, "y", options: new CsvOptions { Categories = { ["c"] = CategoryEncoding.Index } }))
                {
                    return Text([new("X", table.X), new("y", table.y)]) + string.Join(',', table.FeatureNames) + string.Join(',', table.CategoriesOf("c"));
                }

            case "optimizer.pt":
                using (var state = OptimizerStateDict.Load(path))
                {
                    state.Save(path + ".safetensors");
                    return Convert.ToHexString(SHA256.HashData(File.ReadAllBytes(path + ".safetensors")));
                }

            default:
                using (var file = WeightFile.Open(path))
                {
                    return Text(file.Weights.Keys.Select(key => KeyValuePair.Create(key, file.Read(key)))) + string.Join(',', file.Metadata);
                }
        }
    }

    private static string Text(IEnumerable<KeyValuePair<string, Tensor>> tensors) =>
        string.Concat(tensors.Select(entry => $"{entry.Key} {entry.Value.dtype} {BatchHash.Of([entry.Value])}\n"));

    private string Write(string name)
    {
        var path = folder[Path.GetFileName(name)];
        var weights = new Dictionary<string, Tensor> { ["a"] = tensor(new[] { 1234.5f, 2, 3 }), ["b"] = arange(40) };
        var metadata = new Dictionary<string, string> { ["note"] = "añadido" };

        switch (name)
        {
            case "array.idx.gz":
                File.WriteAllBytes(path, Compressed([0, 0, 8, 2, 0, 0, 0, 20, 0, 0, 0, 10, .. Enumerable.Range(0, 200).Select(i => (byte)(i * i))]));
                break;
            case "table.csv.gz":
                File.WriteAllBytes(path, Compressed(Encoding.UTF8.GetBytes("a,c,y\n" + string.Concat(Enumerable.Range(0, 60).Select(i => $"{i * 1.7:F2},año{i % 3},{i}\n")))));
                break;
            case "own-compressed.npz":
                NpzFile.Write(path, weights, compress: true);
                break;
            case "own.npz" or "own.pt":
                WeightFile.Write(path, weights, metadata);
                break;
            default:
                File.Copy(Reference.PathOf(name == "optimizer.pt" ? "torch/optimizer_adam.pt" : name), path);
                break;
        }

        return path;
    }

    private static byte[] Compressed(byte[] bytes)
    {
        using var buffer = new MemoryStream();

        using (var gzip = new GZipStream(buffer, CompressionLevel.Fastest))
        {
            gzip.Write(bytes);
        }

        return buffer.ToArray();
    }

    /// <summary>Zeros for all sums of a zip file, in its directory and before the records.</summary>
    private static byte[] WithoutSums(byte[] bytes)
    {
        for (var at = 0; at < bytes.Length - 20; at++)
        {
            if (bytes.AsSpan(at).StartsWith("PK\x03\x04"u8))
            {
                bytes.AsSpan(at + 14, 4).Clear();
            }
            else if (bytes.AsSpan(at).StartsWith("PK\x01\x02"u8))
            {
                bytes.AsSpan(at + 16, 4).Clear();
            }
        }

        return bytes;
    }

    private static void RemoveSums(string path)
    {
        const int last = 4096;
        using var stream = new FileStream(path, FileMode.Open);
        var end = new byte[last];
        stream.Position = stream.Length - last;
        stream.ReadExactly(end);
        stream.Position = stream.Length - last;
        stream.Write(WithoutSums(end));
    }
}
