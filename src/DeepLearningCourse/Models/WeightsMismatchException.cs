namespace DeepLearningCourse.Models;

/// <summary>Weights that do not fit a network: each missing, unexpected or misshapen key is named.</summary>
public sealed class WeightsMismatchException : InvalidOperationException
{
    internal WeightsMismatchException(
        string message, IReadOnlyList<string> missingKeys, IReadOnlyList<string> unexpectedKeys, IReadOnlyList<string> misshapenKeys)
        : base(message)
    {
        MissingKeys = missingKeys;
        UnexpectedKeys = unexpectedKeys;
        MisshapenKeys = misshapenKeys;
    }

    /// <summary>Keys that the network has and the weights lack.</summary>
    public IReadOnlyList<string> MissingKeys { get; }

    /// <summary>Keys that the weights have and the network lacks.</summary>
    public IReadOnlyList<string> UnexpectedKeys { get; }

    /// <summary>Keys that both have, with different shapes.</summary>
    public IReadOnlyList<string> MisshapenKeys { get; }
}
