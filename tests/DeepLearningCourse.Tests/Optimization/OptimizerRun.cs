namespace DeepLearningCourse.Tests.Optimization;

/// <summary>A recorded run.</summary>
/// <param name="Kind">The optimizer.</param>
/// <param name="Options">Its arguments under PyTorch's names; those that are missing have their defaults.</param>
/// <param name="Batch">The samples of a batch.</param>
/// <param name="HasGaps">Whether every third step leaves some parameters without a gradient.</param>
/// <param name="Group">What the first layer has of its own.</param>
/// <param name="Losses">The loss of each step.</param>
internal sealed record OptimizerRun(
    string Kind, Dictionary<string, object?> Options, int Batch, bool HasGaps, Dictionary<string, object?>? Group, double[] Losses)
{
    public bool Maximizes => Options.TryGetValue("maximize", out var value) && value is true;

    /// <summary>The same steps on the negated loss.</summary>
    public OptimizerRun Negated() => this with { Options = new Dictionary<string, object?>(Options) { ["maximize"] = !Maximizes } };
}
