namespace DeepLearningCourse.Training.Checks;

/// <summary>The function that a network ends in, as far as criteria care.</summary>
internal enum LastFunction
{
    /// <summary>Another one, or nobody knows.</summary>
    Other,

    Sigmoid,

    Softmax,

    LogSoftmax,

    LogSigmoid,

    ReLU,
}
