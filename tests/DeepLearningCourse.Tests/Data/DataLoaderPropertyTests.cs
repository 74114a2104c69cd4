using DeepLearningCourse.Data;
using FsCheck;
using FsCheck.Fluent;
using static TorchSharp.torch;

namespace DeepLearningCourse.Tests.Data;

public sealed class DataLoaderPropertyTests : TensorTest
{
    private static readonly Arbitrary<(int Samples, int BatchSize, int Workers, bool DropLast, bool Shuffle, int Kind)> Loops = (
        from samples in Gen.Choose(1, 60)
        from batchSize in Gen.Choose(1, 20)
        from workers in Gen.Elements(0, 1, 2, 4, 8)
        from dropLast in Gen.Elements(true, false)
        from shuffle in Gen.Elements(true, false)
        from kind in Gen.Choose(0, 3)
        where !dropLast || batchSize <= samples
        select (samples, batchSize, workers, dropLast, shuffle, kind)).ToArbitrary();

    [Test]
    public void Every_index_comes_once_in_batches_of_the_right_size_and_in_the_order_without_workers() =>
        Check.One(Config.QuickThrowOnFailure.WithMaxTest(400), Prop.ForAll(Loops, loop =>
        {
            var (samples, batchSize, workers, dropLast, shuffle, _) = loop;
            var batches = Epochs(loop, workers, 2);
            var each = dropLast ? samples / batchSize : (samples + batchSize - 1) / batchSize;

            return Epochs(loop, 0, 2).Zip(batches).All(pair => pair.First.SequenceEqual(pair.Second))
                && batches.Count == 2 * each
                && batches.Chunk(each).All(epoch => IsRight(epoch, samples, batchSize, dropLast))
                && (shuffle || batches[0][0] == 0);
        }));

    [Test]
    public void A_resumed_epoch_is_the_rest_of_the_whole_one() =>
        Check.One(Config.QuickThrowOnFailure.WithMaxTest(200), Prop.ForAll(Loops, loop =>
        {
            var whole = Epochs(loop, 0, 1);
            using var data = Data(loop);
            using var loader = Loader(data, loop, loop.Workers);
            var start = loop.Samples % (whole.Count + 1);
            loader.Restore(new DataLoaderState(7, 0, start));
            return loader.Select(Values).ToList() is var rest && rest.Count == whole.Count - start
                && whole.Skip(start).Zip(rest).All(pair => pair.First.SequenceEqual(pair.Second));
        }));

    private static bool IsRight(long[][] epoch, int samples, int batchSize, bool dropLast)
    {
        var seen = epoch.SelectMany(batch => batch).ToArray();
        var left = samples % batchSize;
        return seen.Distinct().Count() == seen.Length
            && seen.All(index => index >= 0 && index < samples)
            && seen.Length == (dropLast ? samples - left : samples)
            && epoch.SkipLast(1).All(batch => batch.Length == batchSize)
            && epoch[^1].Length == (dropLast || left == 0 ? batchSize : left);
    }

    private static List<long[]> Epochs((int, int, int, bool, bool, int) loop, int workers, int epochs)
    {
        using var data = Data(loop);
        using var loader = Loader(data, loop, workers);
        return [.. Enumerable.Range(0, epochs).SelectMany(_ => loader.Select(Values).ToList())];
    }

    private static long[] Values((Tensor X, Tensor index) batch) => batch.index.data<long>().ToArray();

    private static DataLoader<(Tensor X, Tensor index)> Loader(
        OwnedData data, (int, int BatchSize, int, bool DropLast, bool Shuffle, int) loop, int workers) =>
        new(data.Source, loop.BatchSize, loop.Shuffle, numWorkers: workers, dropLast: loop.DropLast, seed: 7);

    /// <summary>The same samples in each of the ways there are to read them.</summary>
    private static OwnedData Data((int Samples, int, int, bool, bool, int Kind) loop) => new(loop.Kind switch
    {
        0 => new DelegateDataset<(Tensor, Tensor)>(loop.Samples, i => (ones(3) * i, tensor(i))),
        1 => new DelegateDataset<(float[], long)>(loop.Samples, i => ([i, i, i], i)),
        2 => new Counting(loop.Samples),
        _ => new InMemoryDataset(new float[loop.Samples, 3], Enumerable.Range(0, loop.Samples).Select(i => (long)i).ToArray()),
    });

    private sealed record OwnedData(DataSource Source) : IDisposable
    {
        public void Dispose() => (Source as IDisposable)?.Dispose();
    }

    private sealed class Counting(long count) : SpanDataset<float, long>
    {
        public override long Count => count;

        public override IReadOnlyList<long> FeatureShape { get; } = [3];

        public override IReadOnlyList<long> TargetShape { get; } = [];

        public override void CopyTo(long index, Span<float> features, Span<long> target)
        {
            features.Fill(index);
            target[0] = index;
        }
    }
}
