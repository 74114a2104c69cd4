using System.Buffers.Binary;
using System.IO.Compression;
using DeepLearningCourse.Data;
using static TorchSharp.torch;

namespace DeepLearningCourse.Tests.Data;

public sealed class IdxTests : TensorTest
{
    [TestCase(0x08, ScalarType.Byte, new byte[] { 1, 255 }, new double[] { 1, 255 })]
    [TestCase(0x09, ScalarType.Int8, new byte[] { 1, 255 }, new double[] { 1, -1 })]
    [TestCase(0x0B, ScalarType.Int16, new byte[] { 1, 0, 255, 254 }, new double[] { 256, -2 })]
    [TestCase(0x0C, ScalarType.Int32, new byte[] { 0, 0, 1, 0, 255, 255, 255, 255 }, new double[] { 256, -1 })]
    [TestCase(0x0D, ScalarType.Float32, new byte[] { 0x3F, 0xC0, 0, 0, 0xC0, 0, 0, 0 }, new double[] { 1.5, -2 })]
    [TestCase(0x0E, ScalarType.Float64, new byte[] { 0x3F, 0xF8, 0, 0, 0, 0, 0, 0, 0xC0, 0, 0, 0, 0, 0, 0, 0 }, new double[] { 1.5, -2 })]
    public void Each_type_is_read_plain_and_compressed(int type, ScalarType dtype, byte[] data, double[] values)
    {
        using var folder = new TemporaryFolder();
        var bytes = File([(byte)type], [2], data);
        System.IO.File.WriteAllBytes(folder["plain"], bytes);
        System.IO.File.WriteAllBytes(folder["packed"], Compressed(bytes));

        foreach (var name in new[] { "plain", "packed" })
        {
            var read = Idx.Read(folder[name]);
            Assert.That((read.dtype, read.to(float64).data<double>().ToArray()), Is.EqualTo((dtype, values)));
        }
    }

    [Test]
    public void A_folder_of_the_family_is_a_dataset([Values] bool compressed, [Values("-", ".")] string separator)
    {
        using var folder = new TemporaryFolder();
        WriteFamily(folder, "t10k", 5, compressed, separator);
        var data = new MnistDataset(folder.FullName, train: false, mean: 0.5f, std: 0.25f);
        using var loader = new DataLoader<(Tensor features, Tensor target)>(data, batchSize: 5);
        var (images, labels) = loader.ToList().Single();

        Assert.That(images.shape, Is.EqualTo(new long[] { 5, 1, 2, 3 }));
        Assert.That(labels.data<long>().ToArray(), Is.EqualTo(new long[] { 0, 1, 2, 3, 4 }));
        Assert.That(images[1].data<float>().ToArray(), Is.EqualTo(Enumerable.Range(6, 6).Select(i => ((i * 8 / 255.0) - 0.5) / 0.25)).Within(1e-5));
        Assert.That(() => data[5],
            Throws.TypeOf<ArgumentOutOfRangeException>().With.Message.EqualTo("There is no sample 5: there are 5, numbered from 0 to 4. (Parameter 'index')"));
    }

    [Test]
    public void What_is_missing_or_does_not_fit_is_named()
    {
        using var folder = new TemporaryFolder();
        WriteFamily(folder, "train", 5, compressed: false, "-");
        System.IO.File.WriteAllBytes(folder["train-labels-idx1-ubyte"], File([0x08], [4], new byte[4]));

        Assert.That(() => new MnistDataset(folder["none"]),
            Throws.TypeOf<DirectoryNotFoundException>().With.Message.StartsWith($"There is no folder {folder["none"]}. "));
        Assert.That(() => new MnistDataset(folder.FullName, train: false), Throws.TypeOf<FileNotFoundException>().With.Message.EqualTo(
            $"{folder.FullName} has no file t10k-images-idx3-ubyte, with .gz or without. MNIST's four files have to be fetched by hand."));
        Assert.That(() => new MnistDataset(folder.FullName), Throws.TypeOf<InvalidDataException>().With.Message.EqualTo(
            $"{folder["train-images-idx3-ubyte"]} has 5 images and {folder["train-labels-idx1-ubyte"]} has 4 labels: each image needs its label."));
        System.IO.File.WriteAllBytes(folder["train-labels-idx1-ubyte"], File([0x0C], [5], new byte[20]));
        Assert.That(() => new MnistDataset(folder.FullName), Throws.TypeOf<InvalidDataException>().With.Message.Contain("the labels [images], both of bytes"));
    }

    [Test]
    public void What_is_no_idx_file_is_refused()
    {
        using var folder = new TemporaryFolder();

        foreach (var bytes in new byte[][] { [], [0, 0], [0, 0, 8, 0], [1, 0, 8, 1, 0, 0, 0, 0], [0, 0, 7, 1, 0, 0, 0, 0], File([0x08], [1000], new byte[999]), File([0x0E], [uint.MaxValue, uint.MaxValue], []) })
        {
            System.IO.File.WriteAllBytes(folder["a"], bytes);
            Assert.That(() => Idx.Read(folder["a"]), Throws.TypeOf<InvalidDataException>().With.Message.StartWith(folder["a"]));
        }

        System.IO.File.WriteAllBytes(folder["a"], Compressed(File([0x08], [1000], new byte[1000]))[..^10]);
        Assert.That(() => Idx.Read(folder["a"]),
            Throws.TypeOf<InvalidDataException>().With.Message.EqualTo($"{folder["a"]} cannot be decompressed: it is not a whole gzip file. Fetch it again."));
    }

    [Test]
    public void Damaged_files_are_refused_or_read() => Fuzz(300);

    [Test, Category("Long"), Attack]
    public void Ten_thousand_damaged_files_are_refused_or_read() =>
        AttackRecords.Add("Data files", "10,000 IDX files, plain and in gzip, changed, cut and repeated at random", Mutations.Outcome(Fuzz(10_000)));

    private static (int Refused, int Read) Fuzz(int count)
    {
        var random = new Random(1);
        var data = new byte[2 * 3 * 50];
        random.NextBytes(data);
        byte[][] whole = [File([0x08], [50, 2, 3], data), File([0x0D], [25, 3], data), File([0x0B], [150], data)];
        return Mutations.Read(count, [.. whole, .. whole.Select(Compressed)], ".idx", path => Idx.Read(path).Dispose(), exception => exception is InvalidDataException);
    }

    private static void WriteFamily(TemporaryFolder folder, string part, int count, bool compressed, string separator)
    {
        Write($"{part}-images{separator}idx3-ubyte", File([0x08], [(uint)count, 2, 3], [.. Enumerable.Range(0, count * 6).Select(i => (byte)(i * 8))]));
        Write($"{part}-labels{separator}idx1-ubyte", File([0x08], [(uint)count], [.. Enumerable.Range(0, count).Select(i => (byte)i)]));

        void Write(string name, byte[] bytes) => System.IO.File.WriteAllBytes(folder[compressed ? name + ".gz" : name], compressed ? Compressed(bytes) : bytes);
    }

    private static byte[] File(byte[] type, uint[] shape, byte[] data) =>
    [
        0, 0, .. type, (byte)shape.Length, .. shape.SelectMany(extent =>
        {
            var bytes = new byte[4];
            BinaryPrimitives.WriteUInt32BigEndian(bytes, extent);
            return bytes;
        }), .. data,
    ];

    private static byte[] Compressed(byte[] bytes)
    {
        using var buffer = new MemoryStream();

        using (var gzip = new GZipStream(buffer, CompressionLevel.Fastest))
        {
            gzip.Write(bytes);
        }

        return buffer.ToArray();
    }
}
