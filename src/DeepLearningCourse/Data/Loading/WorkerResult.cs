using System.Runtime.ExceptionServices;

namespace DeepLearningCourse.Data.Loading;

/// <summary>What a worker left of one turn.</summary>
internal readonly struct WorkerResult<TBatch>(MadeBatch<TBatch> made, Exception? failure)
{
    public Exception? Failure => failure;

    /// <summary>The batch, if there is one; throws what its worker threw, with the worker's stack.</summary>
    public bool TryGet(out TBatch batch)
    {
        if (failure is not null)
        {
            ExceptionDispatchInfo.Throw(failure);
        }

        batch = made.Batch;
        return made.Exists;
    }

    public void Dispose()
    {
        if (made.Exists)
        {
            Tensors<TBatch>.Dispose(made.Batch);
        }
    }
}
