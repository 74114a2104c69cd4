namespace DeepLearningCourse.Notebooks.Execution;

/// <summary>One thing in several representations, by MIME type; <c>text/plain</c> is always among them. PNG is base64.</summary>
internal sealed record MimeBundle(IReadOnlyDictionary<string, string> Content)
{
    /// <summary>Plain text alone.</summary>
    public static MimeBundle Text(string text) => new(new Dictionary<string, string> { ["text/plain"] = text });

    /// <summary>HTML, with the text for clients that show none.</summary>
    public static MimeBundle Html(string html, string text) => new(new Dictionary<string, string> { ["text/html"] = html, ["text/plain"] = text });
}
