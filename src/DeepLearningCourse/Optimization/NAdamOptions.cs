namespace DeepLearningCourse.Optimization;

/// <summary>What <see cref="Optimizers.NAdam(IEnumerable{TorchSharp.Modules.Parameter}, double, double, double, double, double, double, bool, bool)"/> can be told.</summary>
/// <remarks><see href="https://pytorch.org/docs/stable/generated/torch.optim.NAdam.html"/></remarks>
public sealed record NAdamOptions : UpdateOptions
{
    /// <summary>How much of the mean of the gradients stays at a step, from 0 to less than 1.</summary>
    public double Beta1 { get; init; } = 0.9;

    /// <summary>How much of the mean of their squares stays at a step, from 0 to less than 1.</summary>
    public double Beta2 { get; init; } = 0.999;

    /// <summary>Added to the divisor, so that it is never 0.</summary>
    public double Eps { get; init; } = 1e-8;

    /// <summary>The weight of the L2 penalty, which is added to the gradient; or, with <see cref="DecoupledWeightDecay"/>, the share of a parameter that is taken away.</summary>
    public double WeightDecay { get; init; }

    /// <summary>How fast the momentum comes to its full strength.</summary>
    public double MomentumDecay { get; init; } = 4e-3;

    /// <summary>Whether a share of the parameter is taken away at each step, times the learning rate, as AdamW does, and nothing is added to the gradient.</summary>
    public bool DecoupledWeightDecay { get; init; }

    /// <summary>Whether the loss is to grow, not to shrink.</summary>
    public bool Maximize { get; init; }

    internal override void Validate()
    {
        OptionChecks.Beta(Beta1);
        OptionChecks.Beta(Beta2);
        OptionChecks.NotNegative(Eps);
        OptionChecks.NotNegative(WeightDecay);
        OptionChecks.NotNegative(MomentumDecay);
    }

    internal override IEnumerable<(string Name, object? Value)> ToPyTorch() =>
    [
        ("betas", (Beta1, Beta2)), ("eps", Eps), ("weight_decay", WeightDecay), ("momentum_decay", MomentumDecay), ("decoupled_weight_decay", DecoupledWeightDecay), ("maximize", Maximize),
    ];

    internal override UpdateOptions FromPyTorch(PyTorchGroup group) => this with
    {
        Beta1 = group.Pair("betas", (Beta1, Beta2)).First,
        Beta2 = group.Pair("betas", (Beta1, Beta2)).Second,
        Eps = group.Number("eps", Eps),
        WeightDecay = group.Number("weight_decay", WeightDecay),
        MomentumDecay = group.Number("momentum_decay", MomentumDecay),
        DecoupledWeightDecay = group.Flag("decoupled_weight_decay", DecoupledWeightDecay),
        Maximize = group.Flag("maximize", Maximize),
    };
}
