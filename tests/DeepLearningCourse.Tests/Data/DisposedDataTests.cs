using System.Collections.Concurrent;
using DeepLearningCourse.Data;
using static TorchSharp.torch;

namespace DeepLearningCourse.Tests.Data;

/// <summary>Data that is disposed while others read from it.</summary>
public sealed class DisposedDataTests : TensorTest
{
    private static readonly TimeSpan Limit = TimeSpan.FromSeconds(20);

    [Test, Attack]
    public void Files_that_are_closed_under_a_reader_are_unmapped_after_it()
    {
        const int Rounds = 200;
        using TemporaryFolder folder = new();
        Npy.Write(folder["x.npy"], ones(64, 20_000));
        Npy.Write(folder["y.npy"], ones(64));
        var refused = 0;

        for (var round = 0; round < Rounds; round++)
        {
            NpyDataset data = new(folder["x.npy"], folder["y.npy"]);
            using ManualResetEventSlim reading = new();
            Thread reader = new(() =>
            {
                while (true)
                {
                    try
                    {
                        var (features, target) = data[5];
                        features.Dispose();
                        target.Dispose();
                        reading.Set();
                    }
                    catch (ObjectDisposedException)
                    {
                        refused++;
                        return;
                    }
                }
            });
            reader.Start();
            Assert.That(reading.Wait(Limit));
            data.Dispose();
            Assert.That(reader.Join(Limit));
        }

        Assert.That(refused, Is.EqualTo(Rounds));
        AttackRecords.Add("Data", $"{Rounds} mapped .npy files closed while a thread read from them", $"{refused} readers got an exception, none a crash");
    }

    [Test, Attack]
    public void Data_in_memory_that_is_disposed_under_readers_is_freed_after_them()
    {
        const int Rounds = 300;
        var refused = 0;
        var sums = new ConcurrentBag<float>();

        for (var round = 0; round < Rounds; round++)
        {
            InMemoryDataset data = new(ones(8, 50_000), ones(8));
            using CountdownEvent reading = new(2);
            Thread[] readers = [.. Enumerable.Range(0, 2).Select(number => new Thread(() =>
            {
                using DataLoader<(Tensor features, Tensor target)> loader = new(data, batchSize: 4, numWorkers: 1);
                reading.Signal();

                try
                {
                    while (true)
                    {
                        foreach (var (X, _) in loader)
                        {
                            using var smallest = X.min();
                            sums.Add(smallest.item<float>());
                        }
                    }
                }
                catch (Exception exception) when (exception is DataLoaderException or ObjectDisposedException)
                {
                    Interlocked.Increment(ref refused);
                }
            }))];
            Array.ForEach(readers, reader => reader.Start());
            Assert.That(reading.Wait(Limit));
            data.Dispose();
            Assert.That(Array.TrueForAll(readers, reader => reader.Join(Limit)));
        }

        Assert.That(refused, Is.EqualTo(2 * Rounds));
        Assert.That(sums, Has.All.EqualTo(1));
        AttackRecords.Add(
            "Data", $"{Rounds} datasets in memory disposed while two loaders read from them", $"{refused} loops got an exception, {sums.Count} batches were whole, no crash");
    }
}
