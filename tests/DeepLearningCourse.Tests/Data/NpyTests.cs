using System.Buffers.Binary;
using System.Text;
using System.Text.Json;
using DeepLearningCourse.Data;
using FsCheck;
using FsCheck.Fluent;
using static TorchSharp.torch;

namespace DeepLearningCourse.Tests.Data;

public sealed class NpyTests : TensorTest
{
    private static IEnumerable<string> Recorded() => Reference.Npy.EnumerateObject().Select(p => p.Name);

    [TestCaseSource(nameof(Recorded))]
    public void Arrays_of_numpy_are_read_whatever_their_type_and_order(string name)
    {
        var recorded = Reference.Npy.GetProperty(name);
        var read = Npy.Read(Reference.PathOf("npy", name + ".npy"));

        Assert.That(read.shape, Is.EqualTo(recorded.GetProperty("shape").Deserialize<long[]>()));

        if (read.is_complex())
        {
            var parts = view_as_real(read).to(float64).data<double>().ToArray();
            Assert.That(parts, Is.EqualTo(recorded.GetProperty("values").Deserialize<double[][]>()!.SelectMany(v => v)));
        }
        else
        {
            // TorchSharp's ToArray refuses a tensor without elements.
            Assert.That(read.numel() == 0 ? [] : read.to(float64).data<double>().ToArray(), Is.EqualTo(recorded.GetProperty("values").Deserialize<double[]>()));
        }
    }

    [TestCase("u2_le_c", ScalarType.Int32)]
    [TestCase("u4_be_c", ScalarType.Int64)]
    [TestCase("u8_le_f", ScalarType.Int64)]
    [TestCase("b1_le_c", ScalarType.Bool)]
    [TestCase("f2_be_c", ScalarType.Float16)]
    [TestCase("c8_le_c", ScalarType.ComplexFloat32)]
    public void Types_are_numpys_or_the_next_larger(string name, ScalarType dtype) =>
        Assert.That(Npy.Read(Reference.PathOf("npy", name + ".npy")).dtype, Is.EqualTo(dtype));

    [TestCase("objects", "holds Python objects ('|O'), which no tensor holds. Objects can be read by Python only; convert them there: a.astype('float32').")]
    [TestCase("text", "holds text ('<U3'), which no tensor holds. Convert them to numbers in Python.")]
    [TestCase("dates", "holds dates ('<M8[D]'), which no tensor holds. Convert them to numbers in Python.")]
    [TestCase("fields", "holds records of several fields, which no tensor holds. Save each field on its own: numpy.save('x.npy', a['x']).")]
    [TestCase("large_u8", "holds 9223372036854775808, and the largest whole number of a tensor is 9223372036854775807. Save it as float64 in Python.")]
    public void What_no_tensor_holds_is_refused(string name, string problem)
    {
        var path = Reference.PathOf("npy", name + ".npy");

        Assert.That(() => Npy.Read(path), Throws.TypeOf<InvalidDataException>().With.Message.EqualTo($"{path} {problem}"));
    }

    [TestCase("i2_le_c")]
    [TestCase("f4_le_c")]
    [TestCase("f8_le_c")]
    [TestCase("c16_le_c")]
    [TestCase("u1_le_c")]
    [TestCase("b1_le_c")]
    [TestCase("zero_d")]
    [TestCase("empty")]
    [TestCase("one_d")]
    public void A_written_file_is_numpys_byte_for_byte(string name)
    {
        using var folder = new TemporaryFolder();
        var original = Reference.PathOf("npy", name + ".npy");
        Npy.Write(folder["copy.npy"], Npy.Read(original));

        Assert.That(File.ReadAllBytes(folder["copy.npy"]), Is.EqualTo(File.ReadAllBytes(original)));
    }

    [Test]
    public void Views_and_gradients_can_be_written()
    {
        using var folder = new TemporaryFolder();
        var view = arange(12, float32).reshape(3, 4).requires_grad_().t().narrow(0, 1, 2);
        Npy.Write(folder["view.npy"], view);

        Assert.That(Npy.Read(folder["view.npy"]).data<float>().ToArray(), Is.EqualTo(new float[] { 1, 5, 9, 2, 6, 10 }));
        Assert.That(() => Npy.Write(folder["b.npy"], zeros(2, bfloat16)), Throws.TypeOf<NotSupportedException>().With.Message.EqualTo(
            "numpy has no type for BFloat16. Convert the tensor first, with to(float32) for instance."));
        Assert.That(Directory.GetFiles(folder.FullName), Has.Length.EqualTo(1), "nothing is left of what could not be written");
    }

    [Test]
    public void What_is_written_is_read_again() => Check.One(
        Config.QuickThrowOnFailure.WithMaxTest(300),
        Prop.ForAll(
            (from shape in Gen.Choose(0, 4).ArrayOf() where shape.Length < 6
             from dtype in Gen.Elements(float16, float32, float64, int8, uint8, int16, int32, int64, @bool, complex64, complex128)
             select (shape, dtype)).ToArbitrary(),
            c =>
            {
                using var scope = NewDisposeScope();
                using var folder = new TemporaryFolder();
                var written = (rand([.. c.shape.Select(s => (long)s)]) * 100).to(c.dtype);
                Npy.Write(folder["a.npy"], written);
                NpzFile.Write(folder["a.npz"], new Dictionary<string, Tensor> { ["a"] = written, ["b/c"] = written }, compress: c.shape.Length % 2 == 0);
                using var file = NpzFile.Open(folder["a.npz"]);
                return new[] { Npy.Read(folder["a.npy"]), file.Read("a"), file.ReadAll()["b/c"] }.All(read =>
                    read.dtype == written.dtype && read.shape.SequenceEqual(written.shape) && read.bytes.SequenceEqual(written.bytes));
            }));

    [TestCase("stored")]
    [TestCase("compressed")]
    public void Archives_of_numpy_are_read_by_name(string name)
    {
        var path = Reference.PathOf("npy", name + ".npz");
        using var file = NpzFile.Open(path);

        Assert.That(file.Names, Is.EqualTo(new[] { "X", "y" }));
        Assert.That(file.Read("y").dtype, Is.EqualTo(int64));
        Assert.That(file.ReadAll()["X"].shape, Is.EqualTo(name == "stored" ? new long[] { 2, 3 } : [50, 40]));
        Assert.That(() => file.Read("z"), Throws.ArgumentException.With.Message.StartsWith($"{path} has no array 'z'. It has 'X', 'y'."));
    }

    [Test]
    public void A_closed_archive_says_so()
    {
        var file = NpzFile.Open(Reference.PathOf("npy", "stored.npz"));
        file.Dispose();

        Assert.That(() => file.Read("X"), Throws.TypeOf<ObjectDisposedException>().With.Message.Contains("ZipArchive"));
    }

    [Test]
    public void Absurd_shapes_are_refused_before_anything_is_allocated(
        [Values("(9223372036854775807,)", "(4294967296, 4294967296)", "(1000000000000,)", "(0, 9223372036854775807)", "(3037000500, 3037000500, 2)")] string shape)
    {
        using var folder = new TemporaryFolder();
        File.WriteAllBytes(folder["a.npy"], WithHeader($"{{'descr': '<f8', 'fortran_order': False, 'shape': {shape}, }}", new byte[16]));

        Assert.That(() => Npy.Read(folder["a.npy"]), Throws.TypeOf<InvalidDataException>().With.Message.Contain("says that it has an array of shape"));
    }

    [TestCase("{'descr': '<f8', 'fortran_order': False, 'shape': (2,), 'more': 1}", "the key 'more' is unknown")]
    [TestCase("{'descr': '<f8', 'fortran_order': False}", "one of 'descr', 'fortran_order' and 'shape' is missing")]
    [TestCase("{'descr': '<f8', 'fortran_order': 1, 'shape': (2,)}", "fortran_order is neither True nor False")]
    [TestCase("{'descr': '<f8', 'fortran_order': False, 'shape': (-2,)}", "the shape is not a tuple of whole numbers")]
    [TestCase("{'descr': '<f8', 'fortran_order': False, 'shape': (2,)} + exit()", "something follows")]
    [TestCase("", "'{' is missing")]
    public void A_header_that_is_no_description_is_refused(string header, string problem)
    {
        using var folder = new TemporaryFolder();
        File.WriteAllBytes(folder["a.npy"], WithHeader(header, new byte[16]));

        Assert.That(() => Npy.Read(folder["a.npy"]), Throws.TypeOf<InvalidDataException>().With.Message.Contain(problem));
    }

    [Test]
    public void Files_cut_short_and_files_that_are_not_there_are_named()
    {
        using var folder = new TemporaryFolder();
        var whole = File.ReadAllBytes(Reference.PathOf("npy", "f4_le_c.npy"));

        for (var length = 0; length < whole.Length; length++)
        {
            File.WriteAllBytes(folder["a.npy"], whole[..length]);
            Assert.That(() => Npy.Read(folder["a.npy"]), Throws.TypeOf<InvalidDataException>().With.Message.StartWith(folder["a.npy"]), $"{length} bytes");
        }

        Assert.That(() => Npy.Read("nowhere.npy"),
            Throws.TypeOf<FileNotFoundException>().With.Message.StartsWith("There is no file nowhere.npy. A relative path starts from the folder the program runs in, "));
        Assert.That(() => NpzFile.Open("nowhere.npz"),
            Throws.TypeOf<FileNotFoundException>().With.Message.StartsWith("There is no file nowhere.npz. A relative path starts from the folder the program runs in, "));
        File.WriteAllText(folder["a.npz"], "no archive");
        Assert.That(() => NpzFile.Open(folder["a.npz"]),
            Throws.TypeOf<InvalidDataException>().With.Message.StartsWith($"{folder["a.npz"]} is not a whole .npz file: "));
    }

    [Test]
    public void Damaged_npy_files_are_refused_or_read() => FuzzNpy(300);

    [Test, Category("Long"), Attack]
    public void Ten_thousand_damaged_npy_files_are_refused_or_read() =>
        AttackRecords.Add("Data files", "10,000 .npy files, changed, cut and repeated at random", Mutations.Outcome(FuzzNpy(10_000)));

    [Test]
    public void Damaged_npz_files_are_refused_or_read() => FuzzNpz(300);

    [Test, Category("Long"), Attack]
    public void Ten_thousand_damaged_npz_files_are_refused_or_read() =>
        AttackRecords.Add("Data files", "10,000 .npz files, changed, cut and repeated at random", Mutations.Outcome(FuzzNpz(10_000)));

    private static (int Refused, int Read) FuzzNpy(int count) => Mutations.Read(
        count,
        [.. Recorded().Select(name => File.ReadAllBytes(Reference.PathOf("npy", name + ".npy")))],
        ".npy",
        path => Npy.Read(path).Dispose(),
        exception => exception is InvalidDataException);

    private static (int Refused, int Read) FuzzNpz(int count) => Mutations.Read(
        count,
        [File.ReadAllBytes(Reference.PathOf("npy", "stored.npz")), File.ReadAllBytes(Reference.PathOf("npy", "compressed.npz"))],
        ".npz",
        path =>
        {
            using var file = NpzFile.Open(path);

            foreach (var tensor in file.ReadAll().Values)
            {
                tensor.Dispose();
            }
        },
        exception => exception is InvalidDataException);

    private static byte[] WithHeader(string header, byte[] data)
    {
        var length = new byte[2];
        BinaryPrimitives.WriteUInt16LittleEndian(length, (ushort)header.Length);
        return [0x93, .. "NUMPY"u8, 1, 0, .. length, .. Encoding.Latin1.GetBytes(header), .. data];
    }
}
