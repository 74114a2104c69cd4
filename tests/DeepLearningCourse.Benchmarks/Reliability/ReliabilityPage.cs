using System.Globalization;
using System.Text;
using System.Text.Json;
using DeepLearningCourse.Benchmarks.Comparison;

namespace DeepLearningCourse.Benchmarks.Reliability;

/// <summary>Writes docs/reliability.md from the records that the attacking tests left in a folder.</summary>
internal static class ReliabilityPage
{
    private const string Preface = """
        # Reliability

        What was done to the library on purpose, and what was seen. Each row is written by a test marked `[Attack]` after its own asserts held, with
        the figures that it counted; `dotnet cake --target Reliability` runs them all and writes this page.
        """;

    private static readonly JsonSerializerOptions Web = new(JsonSerializerDefaults.Web);

    /// <summary>Writes the page.</summary>
    /// <param name="records">The folder of the records.</param>
    /// <param name="page">The page's path.</param>
    /// <exception cref="InvalidOperationException">There is no record.</exception>
    public static void Write(string records, string page)
    {
        var rows = Directory.EnumerateFiles(records, "*.json").Select(file => JsonSerializer.Deserialize<Row>(File.ReadAllText(file), Web)!).ToArray();

        if (rows.Length == 0)
        {
            throw new InvalidOperationException($"'{records}' holds no record: did the tests marked [Attack] run with DLC_ATTACK_RECORDS={records}?");
        }

        StringBuilder text = new($"{Preface}\n\n{Machine.Describe()}.\n");

        foreach (var part in rows.GroupBy(row => row.Part).OrderBy(group => group.Key, StringComparer.Ordinal))
        {
            text.Append(CultureInfo.InvariantCulture, $"\n## {part.Key}\n\n| attack | seen |\n| --- | --- |\n");

            foreach (var row in part.OrderBy(row => row.Test, StringComparer.Ordinal).ThenBy(row => row.Attack, StringComparer.Ordinal))
            {
                text.Append(CultureInfo.InvariantCulture, $"| {Cell(row.Attack)} | {Cell(row.Outcome)} |\n");
            }
        }

        File.WriteAllText(page, text.ToString());
    }

    private static string Cell(string text) => text.ReplaceLineEndings(" ").Replace("|", "\\|", StringComparison.Ordinal);

    private sealed record Row(string Part, string Attack, string Outcome, string Test);
}
