using System.Diagnostics;

namespace DeepLearningCourse.Benchmarks.Comparison;

/// <summary>Several ways to do the same, run in turn so that the machine's moods hit all alike.</summary>
/// <param name="warmUp">How long each runs beforehand, until the compilers are done with it; at least once. Default 2 seconds.</param>
internal sealed class Contestants(TimeSpan? warmUp = null)
{
    // Long enough that the clock and one interruption do not show.
    private static readonly TimeSpan Stretch = TimeSpan.FromSeconds(0.2);

    private readonly TimeSpan warmUp = warmUp ?? TimeSpan.FromSeconds(2);
    private readonly List<(string Name, Func<double> Seconds)> all = [];

    /// <summary>Adds what does something so many times; it is repeated for a stretch, and the seconds are those of one time.</summary>
    public void Add(string name, int times, Action run) => Add(name, () =>
    {
        // What the others left is not to be collected in this one's time.
        GC.Collect();
        GC.WaitForPendingFinalizers();
        var start = Stopwatch.GetTimestamp();
        var runs = 0;

        do
        {
            run();
            runs++;
        }
        while (Stopwatch.GetElapsedTime(start) < Stretch);

        return Stopwatch.GetElapsedTime(start).TotalSeconds / runs / times;
    });

    /// <summary>Adds what says by itself how many seconds it took.</summary>
    public void Add(string name, Func<double> seconds) => all.Add((name, seconds));

    /// <summary>Runs every one until it is warm, then all in turn.</summary>
    public Standings Measure(int rounds)
    {
        foreach (var (_, seconds) in all)
        {
            var start = Stopwatch.GetTimestamp();

            do
            {
                seconds();
            }
            while (Stopwatch.GetElapsedTime(start) < warmUp);
        }

        var results = all.Select(one => (one.Name, Seconds: new double[rounds])).ToArray();

        for (var round = 0; round < rounds; round++)
        {
            for (var i = 0; i < results.Length; i++)
            {
                results[i].Seconds[round] = all[i].Seconds();
            }
        }

        return new Standings(results);
    }
}
