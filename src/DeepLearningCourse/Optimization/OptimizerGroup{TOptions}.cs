using DeepLearningCourse.Models;

namespace DeepLearningCourse.Optimization;

/// <summary>Parameters that an optimizer trains with one learning rate and the same options.</summary>
/// <typeparam name="TOptions">The optimizer's options.</typeparam>
public class OptimizerGroup<TOptions> : OptimizerGroup
    where TOptions : UpdateOptions
{
    private TOptions options;

    internal OptimizerGroup(ParameterGroup source, TOptions options)
        : base(source) => this.options = options;

    /// <summary>The options of this group, for instance <c>group.Options = group.Options with { WeightDecay = 0 }</c>.</summary>
    /// <exception cref="ArgumentOutOfRangeException">An option has a value it cannot have.</exception>
    public TOptions Options
    {
        get => options;
        set
        {
            ArgumentNullException.ThrowIfNull(value);
            value.Validate();
            options = value;
        }
    }

    internal override UpdateOptions UntypedOptions
    {
        get => options;
        set => Options = (TOptions)value;
    }
}
