namespace DeepLearningCourse.Optimization;

/// <summary>What <see cref="Optimizers.RMSprop(IEnumerable{TorchSharp.Modules.Parameter}, double, double, double, double, double, bool, bool)"/> can be told.</summary>
/// <remarks><see href="https://pytorch.org/docs/stable/generated/torch.optim.RMSprop.html"/></remarks>
public sealed record RMSpropOptions : UpdateOptions
{
    /// <summary>How much of the mean of the squared gradients stays at a step, from 0 on.</summary>
    public double Alpha { get; init; } = 0.99;

    /// <summary>Added to the divisor, so that it is never 0.</summary>
    public double Eps { get; init; } = 1e-8;

    /// <summary>The weight of the L2 penalty, which is added to the gradient.</summary>
    public double WeightDecay { get; init; }

    /// <summary>How much of the last step's move is added to this one; 0 for none.</summary>
    public double Momentum { get; init; }

    /// <summary>Whether the gradients are divided by their estimated standard deviation, not by the root of the mean of their squares.</summary>
    public bool Centered { get; init; }

    /// <summary>Whether the loss is to grow, not to shrink.</summary>
    public bool Maximize { get; init; }

    internal override void Validate()
    {
        OptionChecks.NotNegative(Alpha);
        OptionChecks.NotNegative(Eps);
        OptionChecks.NotNegative(WeightDecay);
        OptionChecks.NotNegative(Momentum);
    }

    internal override IEnumerable<(string Name, object? Value)> ToPyTorch() =>
    [
        ("momentum", Momentum), ("alpha", Alpha), ("eps", Eps), ("centered", Centered), ("weight_decay", WeightDecay), ("maximize", Maximize),
    ];

    internal override UpdateOptions FromPyTorch(PyTorchGroup group) => this with
    {
        Momentum = group.Number("momentum", Momentum),
        Alpha = group.Number("alpha", Alpha),
        Eps = group.Number("eps", Eps),
        Centered = group.Flag("centered", Centered),
        WeightDecay = group.Number("weight_decay", WeightDecay),
        Maximize = group.Flag("maximize", Maximize),
    };
}
