namespace DeepLearningCourse.Data;

/// <summary>The kinds of <see cref="MissingValue"/>.</summary>
internal enum MissingValueKind
{
    Refuse,
    DropRow,
    Mean,
    Median,
    MostFrequent,
    Constant,
}
