namespace DeepLearningCourse.Optimization.Updates;

/// <summary>How an optimizer changes parameters, in operations on whole tensors.</summary>
/// <typeparam name="TOptions">Its options.</typeparam>
internal abstract class UpdateRule<TOptions>
    where TOptions : OptimizerOptions
{
    /// <summary>The tensors it keeps with these options.</summary>
    public abstract IReadOnlyList<StateSlot> Slots(TOptions options);

    /// <summary>The numbers it keeps for each parameter besides the count of steps, under PyTorch's names; none for most.</summary>
    public virtual IReadOnlyList<StateScalar> Scalars => [];

    /// <summary>Whether PyTorch's state dict counts the steps of a parameter.</summary>
    public virtual bool CountsSteps => true;

    /// <summary>Does one step.</summary>
    public abstract void Update(in UpdateRun run, TOptions options);
}
