namespace DeepLearningCourse.Optimization;

/// <summary>What <see cref="Optimizers.Adamax(IEnumerable{TorchSharp.Modules.Parameter}, double, double, double, double, double, bool)"/> can be told.</summary>
/// <remarks><see href="https://pytorch.org/docs/stable/generated/torch.optim.Adamax.html"/></remarks>
public sealed record AdamaxOptions : UpdateOptions
{
    /// <summary>How much of the mean of the gradients stays at a step, from 0 to less than 1.</summary>
    public double Beta1 { get; init; } = 0.9;

    /// <summary>How much of the largest gradient so far stays at a step, from 0 to less than 1.</summary>
    public double Beta2 { get; init; } = 0.999;

    /// <summary>Added to the divisor, so that it is never 0.</summary>
    public double Eps { get; init; } = 1e-8;

    /// <summary>The weight of the L2 penalty, which is added to the gradient.</summary>
    public double WeightDecay { get; init; }

    /// <summary>Whether the loss is to grow, not to shrink.</summary>
    public bool Maximize { get; init; }

    internal override void Validate()
    {
        OptionChecks.Beta(Beta1);
        OptionChecks.Beta(Beta2);
        OptionChecks.NotNegative(Eps);
        OptionChecks.NotNegative(WeightDecay);
    }

    internal override IEnumerable<(string Name, object? Value)> ToPyTorch() =>
    [
        ("betas", (Beta1, Beta2)), ("eps", Eps), ("weight_decay", WeightDecay), ("maximize", Maximize),
    ];

    internal override UpdateOptions FromPyTorch(PyTorchGroup group) => this with
    {
        Beta1 = group.Pair("betas", (Beta1, Beta2)).First,
        Beta2 = group.Pair("betas", (Beta1, Beta2)).Second,
        Eps = group.Number("eps", Eps),
        WeightDecay = group.Number("weight_decay", WeightDecay),
        Maximize = group.Flag("maximize", Maximize),
    };
}
