namespace DeepLearningCourse.Metrics;

/// <summary>What a threshold does with some data: samples from it on count as 1. A figure that would be 0 / 0 is 0, as in scikit-learn.</summary>
/// <param name="Threshold">The probability from which a sample counts as 1; infinity for none.</param>
/// <param name="TruePositives">Ones that count as 1.</param>
/// <param name="FalsePositives">Zeros that count as 1.</param>
/// <param name="TrueNegatives">Zeros that count as 0.</param>
/// <param name="FalseNegatives">Ones that count as 0.</param>
public readonly record struct ThresholdPoint(double Threshold, long TruePositives, long FalsePositives, long TrueNegatives, long FalseNegatives)
{
    /// <summary>The share of samples that are right.</summary>
    public double Accuracy => Share(TruePositives + TrueNegatives, TruePositives + FalsePositives + TrueNegatives + FalseNegatives);

    /// <summary>How many of those that count as 1 are.</summary>
    public double Precision => Share(TruePositives, TruePositives + FalsePositives);

    /// <summary>How many of the ones count as 1: the true positive rate.</summary>
    public double Recall => Share(TruePositives, TruePositives + FalseNegatives);

    /// <summary>How many of the zeros count as 0: the true negative rate.</summary>
    public double Specificity => Share(TrueNegatives, TrueNegatives + FalsePositives);

    /// <summary>The harmonic mean of precision and recall.</summary>
    public double F1 => Share(2 * TruePositives, (2 * TruePositives) + FalsePositives + FalseNegatives);

    /// <summary>Youden's J: recall + specificity - 1.</summary>
    public double Youden => Recall + Specificity - 1;

    /// <summary>The mean of recall and specificity.</summary>
    public double BalancedAccuracy => (Recall + Specificity) / 2;

    /// <summary>Matthews's correlation coefficient, from -1 to 1.</summary>
    public double MatthewsCorrelation
    {
        get
        {
            var (tp, fp, tn, fn) = ((double)TruePositives, (double)FalsePositives, (double)TrueNegatives, (double)FalseNegatives);
            var divisor = Math.Sqrt((tp + fp) * (tp + fn) * (tn + fp) * (tn + fn));
            return divisor == 0 ? 0 : ((tp * tn) - (fp * fn)) / divisor;
        }
    }

    internal double ValueOf(ThresholdGoal goal) => goal switch
    {
        ThresholdGoal.F1 => F1,
        ThresholdGoal.Youden => Youden,
        ThresholdGoal.Accuracy => Accuracy,
        ThresholdGoal.BalancedAccuracy => BalancedAccuracy,
        ThresholdGoal.MatthewsCorrelation => MatthewsCorrelation,
        _ => throw new ArgumentOutOfRangeException(nameof(goal), goal, "There is no such ThresholdGoal."),
    };

    internal ConfusionMatrix ToConfusionMatrix()
    {
        ConfusionMatrix matrix = new(2);
        matrix.Read([TrueNegatives, FalsePositives, FalseNegatives, TruePositives]);
        return matrix;
    }

    private static double Share(long part, long whole) => whole == 0 ? 0 : part / (double)whole;
}
