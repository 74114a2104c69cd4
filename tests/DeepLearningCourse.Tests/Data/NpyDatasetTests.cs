using DeepLearningCourse.Data;
using static TorchSharp.torch;

namespace DeepLearningCourse.Tests.Data;

public sealed class NpyDatasetTests : TensorTest
{
    [Test]
    public void Rows_on_disk_make_the_batches_of_rows_in_memory([Values(0, 1, 3)] int numWorkers, [Values("f4_le_c", "i2_be_c", "u4_be_c", "f8_le_c")] string type)
    {
        using var folder = new TemporaryFolder();
        var X = Npy.Read(Reference.PathOf("npy", type + ".npy"));
        Npy.Write(folder["y.npy"], arange(2));
        using var data = new NpyDataset(Reference.PathOf("npy", type + ".npy"), folder["y.npy"]);
        using var memory = new InMemoryDataset(X, arange(2));
        using var onDisk = new DataLoader<(Tensor features, Tensor target)>(data, batchSize: 2, shuffle: true, numWorkers: numWorkers, seed: 3);
        using var inMemory = new DataLoader<(Tensor features, Tensor target)>(memory, batchSize: 2, shuffle: true, seed: 3);

        Assert.That(BatchHash.Of(onDisk.Select(b => b.features)), Is.EqualTo(BatchHash.Of(inMemory.Select(b => b.features))));
        Assert.That(data[1].features.Equals(X[1]), Is.True);
        Assert.That(data.Count, Is.EqualTo(2));
        Assert.That(() => data[2],
            Throws.TypeOf<ArgumentOutOfRangeException>().With.Message.Matches(@"^There is no sample 2: .*\.npy has 2 rows, numbered from 0 to 1\. "));
    }

    [Test]
    public void Files_that_do_not_fit_together_or_cannot_be_mapped_are_refused()
    {
        using var folder = new TemporaryFolder();
        Npy.Write(folder["X.npy"], zeros(3, 2));
        Npy.Write(folder["y.npy"], zeros(4));
        Npy.Write(folder["number.npy"], tensor(1f));
        File.WriteAllBytes(folder["cut.npy"], File.ReadAllBytes(folder["X.npy"])[..^1]);

        Assert.That(() => new NpyDataset(folder["X.npy"], folder["y.npy"]), Throws.TypeOf<InvalidDataException>().With.Message.EqualTo(
            $"{folder["X.npy"]} has 3 rows and {folder["y.npy"]} has 4: each sample needs its target."));
        Assert.That(() => new NpyDataset(folder["number.npy"], folder["y.npy"]), Throws.TypeOf<InvalidDataException>().With.Message.Contain("its first dimension must count samples"));
        Assert.That(() => new NpyDataset(folder["cut.npy"], folder["X.npy"]),
            Throws.TypeOf<InvalidDataException>().With.Message.EqualTo($"{folder["cut.npy"]} says that it has an array of shape [3, 2], 24 bytes, and at most 23 follow. Was it cut short?"));
        Assert.That(() => new NpyDataset(Reference.PathOf("npy", "f4_le_f.npy"), folder["X.npy"]), Throws.TypeOf<InvalidDataException>().With.Message.Contain("Fortran's order"));
    }

    [Test]
    public void A_closed_dataset_says_so()
    {
        using var folder = new TemporaryFolder();
        Npy.Write(folder["X.npy"], zeros(3, 2));
        var data = new NpyDataset(folder["X.npy"], folder["X.npy"]);
        data.Dispose();
        data.Dispose();

        Assert.That(() => data[0], Throws.TypeOf<ObjectDisposedException>().With.Message.Contains("NpyDataset"));
        Assert.That(() => data.Count, Throws.TypeOf<ObjectDisposedException>().With.Message.Contains("NpyDataset"));
    }

    [Test]
    public void Files_without_rows_are_datasets_without_samples()
    {
        using var folder = new TemporaryFolder();
        Npy.Write(folder["X.npy"], zeros(0, 2));
        using var data = new NpyDataset(folder["X.npy"], folder["X.npy"]);

        Assert.That(data.Count, Is.Zero);
    }
}
