namespace DeepLearningCourse.Training;

/// <summary>How bad a finding is.</summary>
public enum CheckSeverity
{
    /// <summary>Training would go on, and may be right; look at it.</summary>
    Warning,

    /// <summary>Training would fail, or learn something else than what was meant.</summary>
    Error,
}
