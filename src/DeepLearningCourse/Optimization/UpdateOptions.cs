namespace DeepLearningCourse.Optimization;

/// <summary>What an optimizer of one kind can be told, but for the learning rate, which a schedule changes and <see cref="OptimizerGroup.LearningRate"/> holds.</summary>
public abstract record UpdateOptions
{
    private protected UpdateOptions()
    {
    }

    /// <exception cref="ArgumentOutOfRangeException">An option has a value it cannot have.</exception>
    internal abstract void Validate();

    /// <summary>The options under PyTorch's names and in its order, as they stand in a <c>param_groups</c> entry of a state dict.</summary>
    internal abstract IEnumerable<(string Name, object? Value)> ToPyTorch();

    /// <summary>These options with the values of a <c>param_groups</c> entry; names that are missing there keep their values.</summary>
    internal abstract UpdateOptions FromPyTorch(PyTorchGroup group);
}
