namespace DeepLearningCourse.Optimization;

/// <summary>How LBFGS finds the length of a step.</summary>
public enum LineSearch
{
    /// <summary>Not at all: the learning rate is the length.</summary>
    None,

    /// <summary>It looks for a length that lowers the loss and the slope enough: the strong Wolfe conditions.</summary>
    StrongWolfe,
}
