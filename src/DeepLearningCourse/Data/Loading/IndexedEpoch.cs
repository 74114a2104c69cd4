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

    public override BatchMaker<TBatch> CreateMaker() => new Maker(dataset, plan, recipe, startReading());

    private sealed class Maker(Dataset<TSample> dataset, EpochPlan plan, BatchRecipe<TSample, TBatch> recipe, SampleReading reading) : BatchMaker<TBatch>
    {
        private readonly Column<TSample, TBatch> column = recipe.NewColumn();
        private long[] scratch = [];

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
                recipe.Finish.Apply(ref batch, scope);
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
                var count = 0;

                // After a sample that is left out it goes on behind it.
                for (var position = 0; position < indices.Length; position++)
                {
                    AddAsLongAsTheyAreGood(indices, ref position, ref count, scope);
                }

                batch = count > 0 ? column.End(count, scope) : default!;
                return count;
            }
            finally
            {
                column.Abort();
            }
        }

        private void AddAsLongAsTheyAreGood(ReadOnlySpan<long> indices, ref int position, ref int count, TorchSharp.DisposeScope scope)
        {
            var isRead = false;

            try
            {
                for (; position < indices.Length; position++)
                {
                    isRead = false;
                    var index = indices[position];
                    reading.Begin(index);
                    var sample = dataset[index];
                    isRead = true;
                    column.Add(sample, count, index);
                    count++;

                    if (column.CopiesSamples && scope.DisposablesCount > 0)
                    {
                        scope.DisposeEverything();
                    }
                }
            }
            catch (Exception exception) when (!isRead || exception is DataLoaderException { BlamesSampleAlone: true })
            {
                reading.Failed(indices[position], exception);
            }
        }
    }
}
