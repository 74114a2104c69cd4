namespace DeepLearningCourse.Benchmarks.Comparison;

/// <summary>What <see cref="Contestants"/> took, round by round.</summary>
internal sealed class Standings(IReadOnlyList<(string Name, double[] Seconds)> all)
{
    public IEnumerable<string> Names => all.Select(one => one.Name);

    public bool Has(string name) => Names.Contains(name);

    public double Median(string name) => Middle(Seconds(name));

    /// <summary>How many times as long as the other it took: the median of the rounds' ratios, since neighbours in time were in the same mood.</summary>
    public double Ratio(string name, string other) => Middle(Seconds(name).Zip(Seconds(other), (mine, theirs) => mine / theirs));

    /// <summary>How much longer than the other it took: the median of the rounds' differences.</summary>
    public double Difference(string name, string other) => Middle(Seconds(name).Zip(Seconds(other), (mine, theirs) => mine - theirs));

    /// <summary>Prints a row for each with its microseconds per step and how many times as long as the baseline it took.</summary>
    public void PrintSteps(string title, string baseline) => MarkdownTable.Print(
        title,
        ["", "µs per step", $"ratio to {baseline}"],
        Names.Select(name => (string[])[name, Microseconds(Median(name)), $"{Ratio(name, baseline):F2}"]));

    public static string Microseconds(double seconds) => $"{seconds * 1e6:N1}";

    public static double Middle(IEnumerable<double> values) => values.Order().ToArray() is var sorted ? sorted[sorted.Length / 2] : 0;

    private double[] Seconds(string name) => all.First(one => one.Name == name).Seconds;
}
