namespace DeepLearningCourse.Benchmarks.Comparison;

/// <summary>Tables as docs/benchmarks.md has them.</summary>
internal static class MarkdownTable
{
    public static void Print(string title, string[] header, IEnumerable<string[]> rows)
    {
        Console.WriteLine($"\n{title}\n");
        Print(header);
        Print([.. header.Select(_ => "---")]);

        foreach (var row in rows)
        {
            Print(row);
        }
    }

    private static void Print(string[] cells) => Console.WriteLine($"| {string.Join(" | ", cells)} |");
}
