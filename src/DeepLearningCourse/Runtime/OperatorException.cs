namespace DeepLearningCourse.Runtime;

/// <summary>An operator of libtorch's refused its arguments; the message is libtorch's reason.</summary>
public sealed class OperatorException : InvalidOperationException
{
    internal OperatorException(string operatorName, string? reason)
        : base($"libtorch failed in {operatorName}: {reason ?? "it gave no reason."}") => OperatorName = operatorName;

    /// <summary>The operator, for instance <c>aten::mm</c>.</summary>
    public string OperatorName { get; }
}
