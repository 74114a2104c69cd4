using static TorchSharp.torch;

namespace DeepLearningCourse.Data.Loading;

/// <summary>An epoch over a stream: turn t takes the next batch of shard t mod shards, so the batches do not depend on who takes them.</summary>
internal sealed class StreamEpoch<TSample, TBatch> : EpochSource<TBatch>
{
    private readonly StreamShard<TSample>[] shards;
    private readonly BatchRecipe<TSample, TBatch> recipe;
    private readonly Func<SampleReading> startReading;
    private readonly int batchSize;
    private readonly bool dropLast;
    private volatile bool ended;

    public StreamEpoch(
        IterableDataset<TSample> dataset, DataLoaderState start, int batchSize, bool dropLast, BatchRecipe<TSample, TBatch> recipe,
        Func<SampleReading> startReading, StopSignal stop)
        : base(stop)
    {
        FirstTurn = checked((int)start.Batch);
        var count = dataset.ShardCount;
        shards = new StreamShard<TSample>[count];

        for (var i = 0; i < count; i++)
        {
            // The turns of shard i are i, i + count, i + 2 count...
            var turnsBefore = FirstTurn <= i ? 0 : ((FirstTurn - 1 - i) / count) + 1;
            shards[i] = new(dataset, new Shard(i, count, start.Seed, start.Epoch), i + (turnsBefore * count), (long)turnsBefore * batchSize);
        }

        (this.batchSize, this.dropLast, this.recipe, this.startReading) = (batchSize, dropLast, recipe, startReading);
    }

    public override int FirstTurn { get; }

    public override int EndTurn => ended ? 0 : int.MaxValue;

    public override BatchMaker<TBatch> CreateMaker() => new Maker(this, startReading());

    public override void Close()
    {
        foreach (var shard in shards)
        {
            shard.Dispose();
        }
    }

    private sealed class Maker(StreamEpoch<TSample, TBatch> epoch, SampleReading reading) : BatchMaker<TBatch>
    {
        private readonly Column<TSample, TBatch> column = epoch.recipe.NewColumn();
        private readonly BatchFinish finish = epoch.recipe.NewFinish();
        private readonly List<Func<TSample>> work = [];

        public override string Where => reading.Where;

        public override long SampleIndex => reading.Index;

        public override MadeBatch<TBatch> Make(int turn)
        {
            using var noGradients = no_grad();
            using var scope = NewDisposeScope();
            using var random = reading.UseRandom();
            var number = turn % epoch.shards.Length;
            reading.InShard(number, epoch.shards.Length);
            var first = Take(turn, epoch.shards[number]);

            if (work.Count == 0 || (epoch.dropLast && work.Count < epoch.batchSize))
            {
                return new(false, default!);
            }

            var count = Collect(first, scope, out var batch);

            if (count > 0)
            {
                finish.Apply(ref batch, scope);
            }

            return new(count > 0, batch);
        }

        private long Take(int turn, StreamShard<TSample> shard)
        {
            var first = shard.Take(turn, epoch.shards.Length, epoch.batchSize, work, reading);
            epoch.ended |= Array.TrueForAll(epoch.shards, s => s.HasEnded);
            return first;
        }

        private int Collect(long first, TorchSharp.DisposeScope scope, out TBatch batch)
        {
            var count = 0;

            try
            {
                column.Begin(work.Count);

                for (var i = 0; i < work.Count; i++)
                {
                    reading.Begin(first + i);

                    if (TryAdd(work[i], first + i, count))
                    {
                        count++;
                    }
                }

                batch = count > 0 ? column.End(count, scope) : default!;
                return count;
            }
            finally
            {
                column.Abort();
                work.Clear();
            }
        }

        private bool TryAdd(Func<TSample> sample, long index, int row)
        {
            try
            {
                column.Add(sample(), row, index);
                return true;
            }
            catch (Exception exception) when (exception is not DataLoaderException { BlamesSampleAlone: false })
            {
                reading.Failed(index, exception);
                return false;
            }
        }
    }
}
