namespace DeepLearningCourse.Notebooks.Tests.Formatting;

/// <summary>A library's own copy of the attribute: notebooks know it by its name alone.</summary>
[AttributeUsage(AttributeTargets.Class | AttributeTargets.Interface)]
internal sealed class TypeFormatterSourceAttribute(Type formatterSourceType) : Attribute
{
    public Type FormatterSourceType { get; } = formatterSourceType;

    public string[]? PreferredMimeTypes { get; set; }
}
