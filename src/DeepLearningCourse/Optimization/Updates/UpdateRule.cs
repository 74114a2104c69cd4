using DeepLearningCourse.Models;
using TorchSharp.Modules;
using static TorchSharp.torch;

namespace DeepLearningCourse.Optimization.Updates;

/// <summary>How an optimizer changes parameters, in operations on whole tensors.</summary>
/// <typeparam name="TOptions">Its options.</typeparam>
internal abstract class UpdateRule<TOptions>
    where TOptions : UpdateOptions
{
    /// <summary>The tensors it keeps with these options.</summary>
    public abstract IReadOnlyList<StateSlot> Slots(TOptions options);

    /// <summary>The numbers it keeps for each parameter besides the count of steps, under PyTorch's names; none for most.</summary>
    public virtual IReadOnlyList<StateScalar> Scalars => [];

    /// <summary>Whether PyTorch's state dict counts the steps of a parameter.</summary>
    public virtual bool CountsSteps => true;

    /// <summary>libtorch's operator that does the whole step for a list of parameters; null if there is none.</summary>
    public FusedUpdate<TOptions>? Fused { get; init; }

    /// <summary>Does one step.</summary>
    public abstract void Update(in UpdateRun run, TOptions options);

    /// <summary>Does one step with a sparse gradient, as of an embedding; false if this optimizer cannot, as in PyTorch.</summary>
    public virtual bool UpdateSparse(Parameter parameter, Tensor gradient, TOptions options, double learningRate) => false;

    /// <summary>A group with what schedules may change besides the learning rate.</summary>
    public virtual OptimizerGroup<TOptions> MakeGroup(ParameterGroup source, TOptions options) => new(source, options);

    /// <summary>The names in a parameter's entry of the state dict, with these options.</summary>
    public IEnumerable<string> StateNames(TOptions options) =>
        [.. NumberNames, .. Slots(options).Select(slot => slot.Name)];

    /// <summary>Those of them that are single numbers.</summary>
    public IEnumerable<string> NumberNames => [.. CountsSteps ? ["step"] : Array.Empty<string>(), .. Scalars.Select(scalar => scalar.Name)];
}
