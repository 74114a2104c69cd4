namespace DeepLearningCourse.Data.Loading;

/// <summary>Makes each batch in the loop's own thread, when it is asked for.</summary>
internal sealed class InlineFeed<TBatch>(EpochSource<TBatch> source) : BatchFeed<TBatch>
{
    private readonly BatchMaker<TBatch> maker = source.CreateMaker();
    private readonly WaitBreaker breaker = new(source.Stop.Cancellation);
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

    public override void Stop()
    {
        source.Stop.Set();

        if (breaker.IsReading)
        {
            breaker.Ask();
        }
    }

    public override void Dispose()
    {
        Stop();
        breaker.Dispose();
        source.Close();
    }

    private MadeBatch<TBatch> Make(int turn)
    {
        breaker.Enter();

        try
        {
            var made = maker.Make(turn);

            if (!breaker.HasBroken)
            {
                return made;
            }

            // What came of a wait that was ended may be anything.
            if (made.Exists)
            {
                Tensors<TBatch>.Dispose(made.Batch);
            }
        }
        catch (Exception exception) when (source.Stop.IsSet && (exception is OperationCanceledException || breaker.HasBroken))
        {
            throw source.Stop.Ended(typeof(DataLoader<TBatch>));
        }
        finally
        {
            breaker.Leave();
        }

        throw source.Stop.Ended(typeof(DataLoader<TBatch>));
    }
}
