namespace DeepLearningCourse.Data.Loading;

/// <summary>Makes each batch in the loop's own thread, when it is asked for.</summary>
internal sealed class InlineFeed<TBatch>(EpochSource<TBatch> source) : BatchFeed<TBatch>
{
    private readonly BatchMaker<TBatch> maker = source.CreateMaker();
    private int next = source.FirstTurn;

    public override bool TryNext(out TBatch batch, out int turn)
    {
        while (next < source.EndTurn)
        {
            turn = next++;
            var made = Make(turn);

            if (made.Exists)
            {
                batch = made.Batch;
                return true;
            }
        }

        (batch, turn) = (default!, next);
        return false;
    }

    public override void Stop() => source.Stop.Set();

    public override void Dispose()
    {
        Stop();
        source.Close();
    }

    private MadeBatch<TBatch> Make(int turn)
    {
        try
        {
            return maker.Make(turn);
        }
        catch (OperationCanceledException) when (source.Stop.IsSet)
        {
            throw source.Stop.Ended(typeof(DataLoader<TBatch>));
        }
    }
}
