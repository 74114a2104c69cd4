namespace DeepLearningCourse.Data;

/// <summary>What numbers the texts of a column become.</summary>
public enum CategoryEncoding
{
    /// <summary>The place of the text among the column's texts in order: 0, 1, 2... For the target these are class numbers, int64.</summary>
    Index,

    /// <summary>A column of zeros and ones for each text; for features only.</summary>
    OneHot,
}
