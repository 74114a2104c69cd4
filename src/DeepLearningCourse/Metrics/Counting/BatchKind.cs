namespace DeepLearningCourse.Metrics.Counting;

/// <summary>What the predictions of a batch are, which their dtype and the two shapes say.</summary>
internal enum BatchKind
{
    /// <summary>Class numbers, of the targets' shape.</summary>
    Labels,

    /// <summary>A probability of yes for each target.</summary>
    YesNo,

    /// <summary>A score per class in dimension 1.</summary>
    Classes,

    /// <summary>A probability of yes per label in dimension 1, with as many targets.</summary>
    MultiLabel,
}
