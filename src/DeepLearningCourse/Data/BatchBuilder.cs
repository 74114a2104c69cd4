using static TorchSharp.torch;

namespace DeepLearningCourse.Data;

/// <summary>Makes one batch on the calling thread, leaving alive the batch and nothing else.</summary>
internal sealed class BatchBuilder<TBatch>(Dataset<TBatch> dataset, bool pin)
{
    /// <summary>Reads the samples and stacks them; the batch belongs to no DisposeScope.</summary>
    /// <exception cref="OperationCanceledException">The loop that wanted the batch ended; noticed between two samples.</exception>
    /// <exception cref="DataLoaderException">A sample could not be read, or does not fit its batch.</exception>
    public TBatch Build(ReadOnlySpan<long> indices, Func<bool> abandoned)
    {
        // Both are per thread, and a worker's thread begins with neither.
        using var noGradients = no_grad();
        using var scope = NewDisposeScope();

        if (!TryGather(indices, out var batch))
        {
            batch = Stack(indices, abandoned);
        }

        var tensors = Collation<TBatch>.Flatten(batch);

        for (var i = 0; i < tensors.Length; i++)
        {
            tensors[i] = (pin ? tensors[i]!.pin_memory() : tensors[i]!).DetachFromDisposeScope();
        }

        return Collation<TBatch>.Rebuild(tensors!);
    }

    public static void Dispose(TBatch batch)
    {
        foreach (var tensor in Collation<TBatch>.Flatten(batch))
        {
            tensor?.Dispose();
        }
    }

    private bool TryGather(ReadOnlySpan<long> indices, out TBatch batch)
    {
        try
        {
            return dataset.TryGather(indices, out batch);
        }
        catch (Exception exception)
        {
            throw Unreadable(indices[0], exception);
        }
    }

    private TBatch Stack(ReadOnlySpan<long> indices, Func<bool> abandoned)
    {
        var columns = new List<Tensor>[Collation<TBatch>.TensorCount];

        for (var i = 0; i < columns.Length; i++)
        {
            columns[i] = new List<Tensor>(indices.Length);
        }

        foreach (var index in indices)
        {
            if (abandoned())
            {
                throw new OperationCanceledException();
            }

            var tensors = Collation<TBatch>.Flatten(Read(index));

            for (var i = 0; i < columns.Length; i++)
            {
                columns[i].Add(Fitting(tensors[i], columns[i], i, index, indices[0]));
            }
        }

        return Collation<TBatch>.Rebuild(Array.ConvertAll(columns, column => stack(column)));
    }

    private TBatch Read(long index)
    {
        try
        {
            return dataset[index];
        }
        catch (Exception exception)
        {
            throw Unreadable(index, exception);
        }
    }

    private static Tensor Fitting(Tensor? tensor, List<Tensor> column, int place, long index, long firstIndex)
    {
        var where = Collation<TBatch>.Place(place);

        if (tensor is null)
        {
            throw new DataLoaderException(
                $"Sample {index} has null{where} in place of a tensor. Return a tensor for every index from the dataset's this[long index].", index);
        }

        if (tensor.IsInvalid)
        {
            throw new DataLoaderException(
                $"Sample {index} has a tensor{where} that was already disposed. Return a new tensor or a view each time; a tensor that " +
                "this[long index] makes and keeps, in a cache, needs DetachFromDisposeScope().", index);
        }

        if (column.Count > 0 && (column[0].dtype != tensor.dtype || !column[0].shape.AsSpan().SequenceEqual(tensor.shape)))
        {
            throw new DataLoaderException(
                $"Sample {index} is {Shapes.Text(tensor)} of {tensor.dtype}{where} and sample {firstIndex}, the first of its batch, is " +
                $"{Shapes.Text(column[0])} of {column[0].dtype}: a batch stacks samples of one shape and dtype. Pad, crop or convert them " +
                "in the dataset's this[long index].", index);
        }

        return tensor;
    }

    private static DataLoaderException Unreadable(long index, Exception exception)
    {
        // libtorch appends its C++ frames to the message; they stay in the inner exception.
        var cause = exception.Message.Split('\n', 2)[0].TrimEnd().TrimEnd('.');

        return new DataLoaderException(
            $"Sample {index} could not be read. {exception.GetType().Name}: {cause}. Read dataset[{index}] on its own to look closer; " +
            "InnerException has the line that failed.", index, exception);
    }
}
