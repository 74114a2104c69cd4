using DeepLearningCourse.Data;

namespace DeepLearningCourse.Training;

/// <summary>Where a source of batches is, for a checkpoint.</summary>
/// <param name="IsWithin">Whether it is within an epoch, which goes on; otherwise the next one comes.</param>
/// <param name="Loops">The loops over loaders that the epoch has begun, or the last one had, in their order.</param>
/// <param name="Batches">The batches of an epoch; null if that is not known.</param>
/// <param name="IsLoader">Whether it is a loader, and not a list or sequence that takes its batches from some; null if the checkpoint does not say.</param>
internal sealed record DataPlace(bool IsWithin, IReadOnlyList<DataPlace.Loop> Loops, int? Batches = null, bool? IsLoader = null)
{
    /// <summary>Where training and validation data were.</summary>
    /// <param name="record">The checkpoint's.</param>
    /// <param name="isShared">Whether one loader is both: in format 1 the place of the validation data then says which epoch is next.</param>
    public static (DataPlace? Train, DataPlace? Validation) Of(RunRecord record, bool isShared)
    {
        if (record.Format > 1)
        {
            return (record.TrainPlace, record.ValidationPlace);
        }

        var next = isShared ? record.Validation?.Epoch ?? 0 : 0;
        return (
            record.Train is { } train ? new DataPlace(true, [new Loop(train with { Batch = 0 }, Math.Max(train.Epoch + 1, next))]) : null,
            record.Validation is { } validation ? new DataPlace(false, [new Loop(validation, validation.Epoch)]) : null);
    }

    /// <summary>A loop over a loader.</summary>
    /// <param name="Start">Where it began, or will.</param>
    /// <param name="Next">The epoch that the loader's next loop runs, whoever begins it.</param>
    /// <param name="Loader">What decides the loader's batches; null if the checkpoint does not say.</param>
    /// <param name="HasBegun">Whether the epoch has come to it; otherwise it is known from the epoch before.</param>
    internal sealed record Loop(DataLoaderState Start, long Next, IReadOnlyDictionary<string, string>? Loader = null, bool HasBegun = true)
    {
        /// <summary>The next loop over its loader.</summary>
        public Loop Following() => this with { Start = new DataLoaderState(Start.Seed, Next, 0), HasBegun = false };
    }
}
