using System.Globalization;

namespace DeepLearningCourse.Data.Loading;

/// <summary>What decides which samples are in which batch, as text by name: where it differs, a place in an epoch is another place.</summary>
internal static class LoaderText
{
    // Longer orders that are drawn are told apart by their beginning: drawing them as a whole would hold a run up.
    private const long Most = 1 << 24;
    private const int Part = 1 << 16;

    public static IReadOnlyDictionary<string, string> Of(DataSource dataset, LoaderOptions options, long? samples, int? batches) =>
        new Dictionary<string, string>
        {
            ["dataset"] = TypeText.Of(dataset.GetType()),
            ["samples"] = Text(samples),
            ["batchSize"] = options.BatchSampler is null ? Text(options.BatchSize) : "the batchSampler's",
            ["order"] = Order(options),
            ["dropLast"] = options.DropLast ? "true" : "false",
            ["batches"] = Text(batches),
        };

    private static string Order(LoaderOptions options) => options switch
    {
        { BatchSampler: { } sampler } => Order(sampler, sampler.Batches(0, 0).SelectMany(batch => batch.Append(-1))),
        { Sampler: DistributedSampler sampler } => sampler.Description,
        { Sampler: { } sampler } => Order(sampler, sampler.Drawn(0, 0) is { } drawn ? Indices(drawn, sampler.Count) : sampler.Order(0, 0)),
        { Shuffle: true } => "shuffled",
        _ => "the dataset's",
    };

    // Samplers of one class may differ in weights or lengths: their first samples and a sum over all of them tell them apart.
    private static string Order(object sampler, IEnumerable<long> indices)
    {
        var sum = 1469598103934665603UL;
        List<long> first = [];

        foreach (var index in indices)
        {
            sum = (sum ^ (ulong)index) * 1099511628211UL;

            if (first.Count < 3 && index >= 0)
            {
                first.Add(index);
            }
        }

        return string.Create(CultureInfo.InvariantCulture, $"{TypeText.Of(sampler.GetType())} ({string.Join(", ", first)}, ... {sum >> 40:x6})");
    }

    private static IEnumerable<long> Indices(DrawnOrder order, long count)
    {
        var part = new long[Math.Min(count, Part)];
        var end = count <= Most ? count : Part;

        for (long first = 0; first < end; first += Part)
        {
            var length = (int)Math.Min(Part, end - first);
            order.Read(first, part.AsSpan(0, length));

            for (var i = 0; i < length; i++)
            {
                yield return part[i];
            }
        }

        if (end < count)
        {
            yield return order.Highest;
            yield return count;
        }
    }

    private static string Text(long? number) => number?.ToString(CultureInfo.InvariantCulture) ?? "unknown";
}
