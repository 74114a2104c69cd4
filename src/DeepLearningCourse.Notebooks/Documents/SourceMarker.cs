namespace DeepLearningCourse.Notebooks.Documents;

/// <summary>A line of a C# file that begins a cell: <c>// %%</c>, <c>// %% label</c>, <c>// %% [markdown]</c>, <c>// %% [markdown] label</c>, <c>// %% [type before label]</c>.</summary>
/// <param name="Kind">What the cell holds.</param>
/// <param name="Label">The cell's name; of a cell of types, the name of the cell that it comes before.</param>
internal sealed record SourceMarker(SourceKind Kind, string? Label)
{
    private const string Start = "// %%";

    public static SourceMarker? Read(string line)
    {
        if (!line.StartsWith(Start, StringComparison.Ordinal))
        {
            return null;
        }

        var words = line[Start.Length..].Trim();
        foreach (var (text, kind) in new[] { ("[markdown] ", SourceKind.Markdown), ("[raw] ", SourceKind.Raw) })
        {
            if (words.StartsWith(text, StringComparison.Ordinal))
            {
                return new(kind, words[text.Length..].Trim());
            }
        }

        if (!words.StartsWith('[') || !words.EndsWith(']'))
        {
            return new(SourceKind.Code, words.Length > 0 ? words : null);
        }

        return words[1..^1].Split(' ', 3, StringSplitOptions.RemoveEmptyEntries) switch
        {
            ["markdown"] => new(SourceKind.Markdown, null),
            ["raw"] => new(SourceKind.Raw, null),
            ["type"] => new(SourceKind.Type, null),
            ["type", "before", var label] => new(SourceKind.Type, label),
            ["type", "at", "end"] => new(SourceKind.LastType, null),
            _ => new(SourceKind.Code, words),
        };
    }

    public override string ToString() => Start + Kind switch
    {
        SourceKind.Markdown => " [markdown]" + (Label is null ? "" : $" {Label}"),
        SourceKind.Raw => " [raw]" + (Label is null ? "" : $" {Label}"),
        SourceKind.LastType => " [type at end]",
        SourceKind.Type when Label is null => " [type]",
        SourceKind.Type => $" [type before {Label}]",
        _ => Label is null ? "" : $" {Label}",
    };
}
