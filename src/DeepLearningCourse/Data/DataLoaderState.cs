namespace DeepLearningCourse.Data;

/// <summary>Where a loader is: all that is needed to go on from there, in another process too and with another number of workers.</summary>
/// <param name="Seed">What decides the orders and the random numbers of the samples.</param>
/// <param name="Epoch">The epoch, from 0.</param>
/// <param name="Batch">How many batches of the epoch the loop has been given.</param>
public sealed record DataLoaderState(long Seed, long Epoch, long Batch);
