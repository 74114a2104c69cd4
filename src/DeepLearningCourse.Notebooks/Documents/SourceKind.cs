namespace DeepLearningCourse.Notebooks.Documents;

/// <summary>What a part of a C# file holds.</summary>
internal enum SourceKind
{
    /// <summary>Statements.</summary>
    Code,

    /// <summary>Text in Markdown, as comments.</summary>
    Markdown,

    /// <summary>Text that no client renders, as comments.</summary>
    Raw,

    /// <summary>Types, which a C# file has after all statements, and the notebook where they are explained.</summary>
    Type,

    /// <summary>Types that also the notebook has at its end.</summary>
    LastType,
}
