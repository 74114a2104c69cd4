namespace DeepLearningCourse.Data.Formats;

/// <summary>What a file says, as far as a sentence has room for it.</summary>
internal static class Excerpt
{
    private const int Longest = 100;
    private const int MostNames = 20;

    /// <summary>The beginning of a text: neither line breaks nor a page of it belong in a sentence.</summary>
    public static string Of(string text)
    {
        var end = text.Length <= Longest ? text.Length : Longest - (char.IsHighSurrogate(text[Longest - 1]) ? 1 : 0);
        return string.Concat(text.Take(end).Select(c => char.IsControl(c) ? '?' : c)) + (end < text.Length ? "..." : "");
    }

    /// <summary>The first of some names, in quotes.</summary>
    public static string Of(IReadOnlyCollection<string> names) =>
        string.Join(", ", names.Take(MostNames).Select(name => $"'{Of(name)}'")) + (names.Count > MostNames ? $" and {names.Count - MostNames} more" : "");
}
