using DeepLearningCourse.Data;
using static TorchSharp.torch;

namespace DeepLearningCourse.Tests.Data;

public sealed class DataLoaderErrorTests : TensorTest
{
    private static readonly Dataset<Tensor> Ten = new DelegateDataset<Tensor>(10, i => tensor(i));

    [Test]
    public void A_batch_size_below_one_is_refused() =>
        Assert.That(
            () => new DataLoader<Tensor>(Ten, batchSize: 0),
            Throws.TypeOf<ArgumentOutOfRangeException>().With.Message.EqualTo("batchSize is 0: a batch needs at least 1 sample. (Parameter 'batchSize')"));

    [Test]
    public void Fewer_than_no_workers_are_refused() =>
        Assert.That(
            () => new DataLoader<Tensor>(Ten, numWorkers: -1),
            Throws.TypeOf<ArgumentOutOfRangeException>().With.Message.EqualTo(
                "numWorkers is -1: use 0 to read samples in the loop's own thread, or 1 or more background threads. (Parameter 'numWorkers')"));

    [Test]
    public void An_empty_dataset_is_refused() =>
        Assert.That(
            () => new DataLoader<Tensor>(new DelegateDataset<Tensor>(0, i => tensor(i))),
            Throws.ArgumentException.With.Message.EqualTo("The dataset is empty: its Count is 0. There must be at least 1 sample to loop over."));

    [Test]
    public void Dropping_the_only_batch_is_refused() =>
        Assert.That(
            () => new DataLoader<Tensor>(Ten, batchSize: 11, dropLast: true),
            Throws.ArgumentException.With.Message.EqualTo(
                "There would be no batch: an epoch has 10 samples, batchSize is 11, and dropLast leaves out a batch that is not full. " +
                "Use a batchSize of at most 10, or dropLast: false."));

    [Test]
    public void Samples_that_are_not_tensors_are_refused() =>
        Assert.That(
            () => new DataLoader<string>(new DelegateDataset<string>(1, i => "one")),
            Throws.ArgumentException.With.Message.EqualTo(
                "Samples of type String cannot be put together to String. Tensors, numbers and arrays of numbers are stacked to a Tensor, tuples and " +
                "records member by member, and anything else is kept in an array, String[]. Name the batch's type accordingly in " +
                "DataLoader<...>, or give the loader a collate function."));

    [Test]
    public void A_negative_epoch_is_refused()
    {
        using var loader = new DataLoader<Tensor>(Ten);

        Assert.That(
            () => loader.Epoch = -1,
            Throws.TypeOf<ArgumentOutOfRangeException>().With.Message.EqualTo("Epoch is -1: epochs are numbered from 0. (Parameter 'value')"));
    }

    [Test]
    public void A_sample_that_throws_is_named_and_its_cause_kept([Values(0, 1, 4)] int numWorkers)
    {
        var dataset = new DelegateDataset<Tensor>(10, i => i == 7 ? throw new FormatException("The picture is torn.") : tensor(i));
        using var loader = new DataLoader<Tensor>(dataset, batchSize: 2, numWorkers: numWorkers);
        var batches = 0;

        var exception = Assert.Throws<DataLoaderException>(() =>
        {
            foreach (var _ in loader)
            {
                batches++;
            }
        });

        Assert.That(exception.Message, Is.EqualTo(
            "Sample 7 could not be read. FormatException: The picture is torn. Read dataset[7] on its own to look closer; InnerException has the line that failed."));
        Assert.That(exception.SampleIndex, Is.EqualTo(7));
        Assert.That(exception.InnerException, Is.TypeOf<FormatException>());
        Assert.That(exception.InnerException!.StackTrace, Does.Contain(nameof(A_sample_that_throws_is_named_and_its_cause_kept)));
        Assert.That(batches, Is.EqualTo(3));
    }

    [Test]
    public void The_C_plus_plus_frames_of_libtorch_stay_in_the_inner_exception()
    {
        using var loader = new DataLoader<Tensor>(new DelegateDataset<Tensor>(2, i => ones(2, 3).mm(ones(2, 3))));

        var exception = Assert.Throws<DataLoaderException>(() => loader.First());

        Assert.That(exception.Message, Is.EqualTo(
            "Sample 0 could not be read. ExternalException: mat1 and mat2 shapes cannot be multiplied (2x3 and 2x3). " +
            "Read dataset[0] on its own to look closer; InnerException has the line that failed."));
    }

    [Test]
    public void Samples_of_another_shape_are_named([Values(0, 2)] int numWorkers)
    {
        var dataset = new DelegateDataset<(Tensor, Tensor)>(4, i => (tensor(i), zeros(i == 3 ? 5 : 4)));
        using var loader = new DataLoader<(Tensor, Tensor)>(dataset, batchSize: 4, numWorkers: numWorkers);

        var exception = Assert.Throws<DataLoaderException>(() => Exhaust(loader));

        Assert.That(exception.Message, Is.EqualTo(
            "Sample 3 is [5] of Float32 at Item2 and sample 0, the first of its batch, is [4] of Float32: a batch stacks samples of one shape and dtype. " +
            "Pad, crop or convert them in the dataset, or have sequences padded by naming PaddedSequences as their type in the batch."));
        Assert.That(exception.SampleIndex, Is.EqualTo(3));
    }

    [Test]
    public void Samples_of_another_dtype_are_named()
    {
        using var loader = new DataLoader<Tensor>(new DelegateDataset<Tensor>(2, i => i == 0 ? tensor(1f) : tensor(1.0)), batchSize: 2);

        Assert.That(() => Exhaust(loader), Throws.TypeOf<DataLoaderException>().With.Message.EqualTo(
            "Sample 1 is [] of Float64 and sample 0, the first of its batch, is [] of Float32: a batch stacks samples of one shape and dtype. " +
            "Pad, crop or convert them in the dataset, or have sequences padded by naming PaddedSequences as their type in the batch."));
    }

    [Test]
    public void A_null_in_a_nested_tuple_is_named()
    {
        using var loader = new DataLoader<(Tensor, (Tensor, Tensor))>(
            new DelegateDataset<(Tensor, (Tensor, Tensor))>(2, i => (tensor(i), (tensor(i), null!))));

        Assert.That(() => Exhaust(loader), Throws.TypeOf<DataLoaderException>().With.Message.EqualTo(
            "Sample 0 has null at Item2.Item2 in place of a tensor. Return a tensor for every index from the dataset's this[long index]."));
    }

    [Test]
    public void A_tensor_kept_in_a_cache_without_detaching_is_explained()
    {
        Tensor? cache = null;
        using var loader = new DataLoader<Tensor>(new DelegateDataset<Tensor>(2, i => cache ??= tensor(5)));

        Assert.That(() => Exhaust(loader), Throws.TypeOf<DataLoaderException>().With.Message.EqualTo(
            "Sample 1 has a tensor that was already disposed. Return a new tensor or a view each time; a tensor that this[long index] makes and keeps, " +
            "in a cache, needs DetachFromDisposeScope()."));
    }

    [Test]
    public void A_disposed_dataset_is_reported_through_the_loop([Values(0, 2)] int numWorkers)
    {
        var data = new InMemoryDataset(zeros(4, 2), zeros(4));
        using var loader = new DataLoader<(Tensor features, Tensor target)>(data, numWorkers: numWorkers);
        data.Dispose();

        var exception = Assert.Throws<DataLoaderException>(() => Exhaust(loader));

        Assert.That(exception.InnerException, Is.TypeOf<ObjectDisposedException>());
    }

    [Test]
    public void A_disposed_loader_begins_no_epoch()
    {
        var loader = new DataLoader<Tensor>(Ten);
        loader.Dispose();

        Assert.That(() => Exhaust(loader), Throws.TypeOf<ObjectDisposedException>().With.Message.Contains("DataLoader"));
    }

    [Test]
    public void Disposing_the_loader_ends_a_running_loop([Values(0, 2)] int numWorkers)
    {
        var loader = new DataLoader<Tensor>(Ten, numWorkers: numWorkers);
        using var batches = loader.GetEnumerator();
        batches.MoveNext();

        loader.Dispose();

        Assert.That(batches.MoveNext, Throws.TypeOf<ObjectDisposedException>().With.Message.Contains("DataLoader"));
        Assert.That(batches.MoveNext(), Is.False);
    }

    [Test]
    public void Current_outside_the_loop_is_refused()
    {
        using var loader = new DataLoader<Tensor>(Ten);
        using var batches = loader.GetEnumerator();

        Assert.That(() => batches.Current, Throws.InvalidOperationException.With.Message.EqualTo(
            "There is no current batch: call MoveNext() first, and stop when it returns false."));
        Assert.That(batches.Reset, Throws.TypeOf<NotSupportedException>().With.Message.EqualTo(
            "A loop over a DataLoader does not start again: begin a new foreach, which is the next epoch."));
    }

    private static void Exhaust<TBatch>(DataLoader<TBatch> loader)
    {
        foreach (var _ in loader)
        {
        }
    }
}
