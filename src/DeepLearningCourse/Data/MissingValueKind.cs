namespace DeepLearningCourse.Data;

/// <summary>The kinds of <see cref="MissingValue"/>.</summary>
public enum MissingValueKind
{
    /// <summary>As <see cref="MissingValue.Refuse"/>.</summary>
    Refuse,

    /// <summary>As <see cref="MissingValue.DropRow"/>.</summary>
    DropRow,

    /// <summary>As <see cref="MissingValue.Mean"/>.</summary>
    Mean,

    /// <summary>As <see cref="MissingValue.Median"/>.</summary>
    Median,

    /// <summary>As <see cref="MissingValue.MostFrequent"/>.</summary>
    MostFrequent,

    /// <summary>As <see cref="MissingValue.Constant"/>.</summary>
    Constant,
}
