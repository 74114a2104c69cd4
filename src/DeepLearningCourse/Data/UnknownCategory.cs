namespace DeepLearningCourse.Data;

/// <summary>What a <see cref="OneHotEncoder"/> does with a category that it was not fitted on.</summary>
public enum UnknownCategory
{
    /// <summary>It is an error that names the row and the column.</summary>
    Refuse,

    /// <summary>All of the column's outputs are 0.</summary>
    Zeros,
}
