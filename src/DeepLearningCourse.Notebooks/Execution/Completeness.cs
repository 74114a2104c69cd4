namespace DeepLearningCourse.Notebooks.Execution;

/// <summary>Whether code could be executed as it stands.</summary>
internal enum Completeness
{
    /// <summary>It could.</summary>
    Complete,

    /// <summary>More lines are needed.</summary>
    Incomplete,

    /// <summary>No further line would make it right.</summary>
    Invalid,
}
