namespace DeepLearningCourse.Training.Tuning;

/// <summary>A figure over the folds of a cross-validation.</summary>
/// <param name="Mean">The mean.</param>
/// <param name="StandardDeviation">How far the folds lie from it: the root of the mean square, divided by the number of folds, as numpy's <c>std</c> and
/// scikit-learn's <c>std_test_score</c>.</param>
public readonly record struct FoldStatistic(double Mean, double StandardDeviation)
{
    internal static FoldStatistic Of(IReadOnlyCollection<double> values)
    {
        var mean = values.Average();
        return new FoldStatistic(mean, Math.Sqrt(values.Average(value => (value - mean) * (value - mean))));
    }
}
