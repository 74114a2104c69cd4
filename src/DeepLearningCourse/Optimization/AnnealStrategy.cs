namespace DeepLearningCourse.Optimization;

/// <summary>The way from one learning rate to another.</summary>
public enum AnnealStrategy
{
    /// <summary>Half a cosine.</summary>
    Cosine,

    /// <summary>A line.</summary>
    Linear,
}
