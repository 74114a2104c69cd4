namespace DeepLearningCourse.Runtime.Display;

/// <summary>Writes values as one kind of text.</summary>
/// <param name="mimeType">The kind.</param>
/// <param name="text">A value's text; null if it has none of the kind.</param>
internal sealed class ValueFormatter(string mimeType, Func<object, string?> text)
{
    public string MimeType { get; } = mimeType;

    /// <summary>Writes a value.</summary>
    /// <returns>Whether there was something to write.</returns>
    public bool Format(object value, TextWriter writer)
    {
        if (value is null || text(value) is not { } written)
        {
            return false;
        }

        writer.Write(written);
        return true;
    }
}
