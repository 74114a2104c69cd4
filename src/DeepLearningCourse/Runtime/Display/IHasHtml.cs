namespace DeepLearningCourse.Runtime.Display;

/// <summary>Something that a notebook shows as HTML.</summary>
internal interface IHasHtml
{
    /// <summary>The HTML, well-formed as XML is.</summary>
    string ToHtml();
}
