namespace DeepLearningCourse.Parquet.Format;

/// <summary>Runs asynchronous code of Parquet.Net to its end.</summary>
internal static class Waiting
{
    /// <summary>Waits without a deadlock, whatever this thread is: nothing that was started comes back to it.</summary>
    // Parquet.Net's awaits return to the context or the scheduler they began in, and that is the thread that waits here.
    public static TResult For<TResult>(Func<Task<TResult>> start)
    {
        if (TaskScheduler.Current != TaskScheduler.Default)
        {
            return Task.Run(start).GetAwaiter().GetResult();
        }

        var context = SynchronizationContext.Current;

        try
        {
            SynchronizationContext.SetSynchronizationContext(null);
            return start().GetAwaiter().GetResult();
        }
        finally
        {
            SynchronizationContext.SetSynchronizationContext(context);
        }
    }
}
