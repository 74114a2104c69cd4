namespace DeepLearningCourse.Metrics;

/// <summary>What a metric is to be given.</summary>
public enum MetricInput
{
    /// <summary>Probabilities.</summary>
    Probabilities,

    /// <summary>What the network gives.</summary>
    Outputs,
}
