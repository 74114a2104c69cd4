namespace DeepLearningCourse.Models;

/// <summary>Names for a sentence: the first of them where there are many.</summary>
internal static class NameList
{
    private const int Most = 20;

    public static string Of(IEnumerable<string> names)
    {
        var first = names.Take(Most + 1).ToList();
        return string.Join(", ", first.Take(Most)) + (first.Count > Most ? ", ..." : "");
    }
}
