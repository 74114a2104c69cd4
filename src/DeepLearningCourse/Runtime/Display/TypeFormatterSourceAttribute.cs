namespace DeepLearningCourse.Runtime.Display;

/// <summary>Tells a notebook what shows a type. Notebooks look for this name, so that a library needs no package of theirs.</summary>
/// <remarks>.NET Interactive compares the attribute's name, makes the source by its public constructor without parameters, calls <c>CreateTypeFormatters</c>, and of
/// each formatter reads <c>MimeType</c> and calls its only <c>Format</c>. All of these may be internal types, but must be public members.
/// See <see href="https://github.com/dotnet/interactive/blob/main/src/Microsoft.DotNet.Interactive.Formatting/Formatter.cs"/>.</remarks>
/// <param name="formatterSourceType">What makes the formatters.</param>
[AttributeUsage(AttributeTargets.Class | AttributeTargets.Struct)]
internal sealed class TypeFormatterSourceAttribute(Type formatterSourceType) : Attribute
{
    /// <summary>What makes the formatters.</summary>
    public Type FormatterSourceType { get; } = formatterSourceType;

    /// <summary>The kinds that are shown without being asked for; .NET Interactive takes no null.</summary>
    public string[] PreferredMimeTypes { get; init; } = ["text/html", "text/plain"];
}
