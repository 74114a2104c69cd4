namespace DeepLearningCourse.Metrics;

/// <summary>How the scores of several classes become one number: scikit-learn's <c>average</c>.</summary>
/// <remarks>See <see href="https://scikit-learn.org/stable/modules/model_evaluation.html#from-binary-to-multiclass-and-multilabel">scikit-learn's guide</see>.</remarks>
public enum Averaging
{
    /// <summary>The score of class 1, for yes-or-no questions only.</summary>
    Binary,

    /// <summary>One score over all decisions, whatever their class. For precision, recall and F1 of one class per sample this is the accuracy.</summary>
    Micro,

    /// <summary>The mean of the classes' scores: a rare class counts as much as a frequent one.</summary>
    Macro,

    /// <summary>The mean of the classes' scores, each counted as often as the class is true.</summary>
    Weighted,
}
