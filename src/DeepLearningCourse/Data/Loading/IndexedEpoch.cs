using System.Runtime.CompilerServices;
using static TorchSharp.torch;

namespace DeepLearningCourse.Data.Loading;

/// <summary>An epoch over a dataset with an index: who makes a batch, and when, does not matter.</summary>
internal sealed class IndexedEpoch<TSample, TBatch>(
    Dataset<TSample> dataset, EpochPlan plan, int firstTurn, BatchRecipe<TSample, TBatch> recipe, Func<SampleReading> startReading, StopSignal stop)
    : EpochSource<TBatch>(stop)
{
    public override int FirstTurn => firstTurn;

    public override int EndTurn => plan.BatchCount;

    public override BatchMaker<TBatch> CreateMaker() => new Maker(dataset, plan.ForThread(), recipe, startReading());

    private sealed class Maker(Dataset<TSample> dataset, EpochPlan plan, BatchRecipe<TSample, TBatch> recipe, SampleReading reading) : BatchMaker<TBatch>
    {
        private readonly Column<TSample, TBatch> column = recipe.NewColumn();
        private readonly BatchFinish finish = recipe.NewFinish();
        private long[] scratch = [];
        private TSample[] samples = [];
        private long[] kept = [];

        public override string Where => reading.Where;

        public override long SampleIndex => reading.Index;

        public override MadeBatch<TBatch> Make(int turn)
        {
            // Both are per thread, and a worker's thread begins with neither.
            using var noGradients = no_grad();
            using var scope = NewDisposeScope();
            using var random = reading.UseRandom();
            var indices = plan.Indices(turn, ref scratch);
            reading.Stop.ThrowIfSet();

            if (!TryGather(indices, out var count, out var batch))
            {
                count = Collect(indices, scope, out batch);
            }

            if (count > 0)
            {
                finish.Apply(ref batch, scope);
            }

            return new(count > 0, batch);
        }

        private bool TryGather(ReadOnlySpan<long> indices, out int count, out TBatch batch)
        {
            batch = default!;
            count = 0;

            if (!recipe.MayGather)
            {
                return false;
            }

            try
            {
                count = dataset.Gather(new BatchRequest(indices, reading, recipe.Memory), out var gathered);
                batch = Unsafe.As<TSample, TBatch>(ref gathered);
                return count >= 0;
            }
            catch (Exception exception) when (exception is not (DataLoaderException or OperationCanceledException))
            {
                reading.Begin(indices[0]);
                throw reading.Unreadable(exception);
            }
        }

        private int Collect(ReadOnlySpan<long> indices, TorchSharp.DisposeScope scope, out TBatch batch)
        {
            try
            {
                column.Begin(indices.Length);
                var count = column.CopiesSamples && !Tensors<TSample>.AreInside ? CollectPlain(indices) : CollectEach(indices, scope);
                batch = count > 0 ? column.End(count, scope) : default!;
                return count;
            }
            finally
            {
                column.Abort();
            }
        }

        /// <summary>Samples that hold no tensors are read first, and then put together.</summary>
        private int CollectPlain(ReadOnlySpan<long> indices)
        {
            var count = 0;

            if (samples.Length < indices.Length)
            {
                (samples, kept) = (new TSample[indices.Length], new long[indices.Length]);
            }

            for (var position = 0; position < indices.Length; position++)
            {
                ReadAsLongAsTheyAreGood(indices, ref position, ref count);
            }

            try
            {
                column.AddAll(samples.AsSpan(0, count), kept);
                return count;
            }
            catch (DataLoaderException exception) when (exception.BlamesSampleAlone)
            {
                return AddOneByOne(count);
            }
        }

        private void ReadAsLongAsTheyAreGood(ReadOnlySpan<long> indices, ref int position, ref int count)
        {
            try
            {
                for (; position < indices.Length; position++)
                {
                    var index = indices[position];
                    reading.Begin(index);
                    samples[count] = dataset[index];
                    kept[count++] = index;
                }
            }
            catch (Exception exception)
            {
                reading.Failed(indices[position], exception);
            }
        }

        private int AddOneByOne(int read)
        {
            var count = 0;

            for (var i = 0; i < read; i++)
            {
                try
                {
                    column.Add(samples[i], count, kept[i]);
                    count++;
                }
                catch (DataLoaderException exception) when (exception.BlamesSampleAlone)
                {
                    reading.Begin(kept[i]);
                    reading.Failed(kept[i], exception);
                }
            }

            return count;
        }

        /// <summary>Samples that hold tensors are put together one by one, so that each can be disposed before the next is read.</summary>
        private int CollectEach(ReadOnlySpan<long> indices, TorchSharp.DisposeScope scope)
        {
            var count = 0;

            for (var position = 0; position < indices.Length; position++)
            {
                if (TryAdd(indices[position], count))
                {
                    count++;
                }

                if (column.CopiesSamples && scope.DisposablesCount > 0)
                {
                    scope.DisposeEverything();
                }
            }

            return count;
        }

        private bool TryAdd(long index, int row)
        {
            var isRead = false;
            reading.Begin(index);

            try
            {
                var sample = dataset[index];
                isRead = true;
                column.Add(sample, row, index);
                return true;
            }
            catch (Exception exception) when (!isRead || exception is DataLoaderException { BlamesSampleAlone: true })
            {
                reading.Failed(index, exception);
                return false;
            }
        }
    }
}
