namespace DeepLearningCourse.Data.Loading;

/// <summary>The batches of one epoch, numbered in turns, and those who make them.</summary>
internal abstract class EpochSource<TBatch>(StopSignal stop)
{
    /// <summary>Ends the making of batches.</summary>
    public StopSignal Stop => stop;

    /// <summary>The first turn that is made.</summary>
    public abstract int FirstTurn { get; }

    /// <summary>No turn from this one on has a batch. It may shrink while the epoch runs: how long a stream is shows at its end.</summary>
    public abstract int EndTurn { get; }

    /// <summary>A maker for one more thread.</summary>
    public abstract BatchMaker<TBatch> CreateMaker();

    /// <summary>Closes what the epoch held open; nobody makes batches any more.</summary>
    public virtual void Close()
    {
    }
}
