namespace DeepLearningCourse.Data;

/// <summary>Samples that come one after the other, for data without an index: a file too large for memory, a socket, a generator.</summary>
/// <typeparam name="TSample">What one sample is; as in <see cref="Dataset{TSample}"/>.</typeparam>
/// <remarks>
/// <para>Follows <see href="https://pytorch.org/docs/stable/data.html#torch.utils.data.IterableDataset">torch.utils.data.IterableDataset</see>,
/// without its trap: there, each worker reads the whole stream unless the dataset divides it by hand. Here a stream is read once,
/// in order, whatever <c>numWorkers</c> is, and the batches are the same, bit for bit.</para>
/// <para>One shard is read by one thread at a time. To read faster with several workers, divide the stream into shards (files, row
/// groups) by <see cref="ShardCount"/>; the loader takes a batch from each shard in turn. Work that is done on each sample,
/// such as decoding, belongs in <c>Map</c>, which runs in all workers at once even when there is a single shard.</para>
/// </remarks>
/// <example>
/// <code>
/// sealed class Lines(string path) : IterableDataset&lt;string&gt;
/// {
///     public override IEnumerable&lt;string&gt; Read(Shard shard) =&gt; File.ReadLines(path);
/// }
/// </code>
/// </example>
public abstract class IterableDataset<TSample> : DataSource<TSample>
{
    /// <summary>In how many parts the stream comes, at least 1. It must not depend on the number of workers.</summary>
    public virtual int ShardCount => 1;

    /// <summary>Reads one shard from its beginning; all shards together are the whole stream, each sample once.</summary>
    /// <param name="shard">Which one, and the random numbers of this epoch.</param>
    /// <returns>The shard's samples. What it holds open is closed when the loop over it ends, early or not.</returns>
    public abstract IEnumerable<TSample> Read(Shard shard);

    internal sealed override bool IsStream => true;

    /// <summary>
    /// The shard's samples as work still to be done: the loader takes them one after the other, and does the work of each, such as
    /// what Map adds, in whichever worker took it.
    /// </summary>
    internal virtual IEnumerable<Func<TSample>> ReadDeferred(Shard shard)
    {
        foreach (var sample in Read(shard))
        {
            yield return () => sample;
        }
    }
}
