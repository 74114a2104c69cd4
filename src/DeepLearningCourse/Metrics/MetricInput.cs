namespace DeepLearningCourse.Metrics;

/// <summary>What a metric is to be given of a network.</summary>
public enum MetricInput
{
    /// <summary>What the network gives, unchanged: values of a regression, logits, log-probabilities.</summary>
    Outputs,

    /// <summary>Probabilities: the outputs after a sigmoid or a softmax where the criterion works on logits.</summary>
    Probabilities,
}
