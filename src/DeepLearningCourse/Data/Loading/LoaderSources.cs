using static TorchSharp.torch;

namespace DeepLearningCourse.Data.Loading;

/// <summary>Chooses the source for a dataset.</summary>
internal static class LoaderSources
{
    public static ILoaderSource<TBatch> Of<TSample, TBatch>(
        DataSource<TSample> dataset, Func<IReadOnlyList<TSample>, TBatch>? collate, LoaderOptions options)
    {
        // The batches ahead, the one in the loop and one on its way back, for each tensor of a batch.
        var memory = new BatchMemory(4 * (options.BatchesAhead + 2));

        try
        {
            var finish = new BatchFinish(options.PinMemory && cuda.is_available(), options.Device);
            var recipe = new BatchRecipe<TSample, TBatch>(collate, memory, finish);

            // Now, and not in the first loop, it shows whether the samples can be put together.
            recipe.NewColumn();

            return dataset.IsStream
                ? new StreamSource<TSample, TBatch>((IterableDataset<TSample>)dataset, recipe, options)
                : new IndexedSource<TSample, TBatch>((Dataset<TSample>)dataset, recipe, options);
        }
        catch
        {
            memory.Dispose();
            throw;
        }
    }
}
