using System.Diagnostics;

namespace DeepLearningCourse.Benchmarks.Loading;

/// <summary>Several ways to do the same, run in turn so that the machine's moods hit all alike.</summary>
internal sealed class Contestants(string title, int samples)
{
    private static readonly TimeSpan WarmUp = TimeSpan.FromSeconds(2);

    private readonly List<(string Name, Func<double> Seconds, List<double> Results)> all = [];

    /// <summary>Each is timed over so many epochs at a stretch, with one loader, as training has it.</summary>
    public const int Epochs = 3;

    public void Add(string name, Action epochs) => Add(name, () =>
    {
        var start = Stopwatch.GetTimestamp();
        epochs();
        return Stopwatch.GetElapsedTime(start).TotalSeconds / Epochs;
    });

    public void Add(string name, Func<double> seconds) => all.Add((name, seconds, []));

    /// <summary>Runs every one until the compilers are done with it, then all in turn; prints medians.</summary>
    public void Run(int rounds)
    {
        foreach (var one in all)
        {
            var start = Stopwatch.GetTimestamp();

            while (Stopwatch.GetElapsedTime(start) < WarmUp)
            {
                one.Seconds();
            }
        }

        for (var round = 0; round < rounds; round++)
        {
            all.ForEach(one => one.Results.Add(one.Seconds()));
        }

        Console.WriteLine($"\n{title} ({samples} samples, median of {rounds} rounds in turn)\n");
        Console.WriteLine("| | ms per epoch | samples per second |\n| --- | --- | --- |");

        foreach (var (name, _, results) in all)
        {
            var median = results.Order().ElementAt(results.Count / 2);
            Console.WriteLine(FormattableString.Invariant($"| {name} | {median * 1000:F1} | {samples / median:N0} |"));
        }
    }
}
