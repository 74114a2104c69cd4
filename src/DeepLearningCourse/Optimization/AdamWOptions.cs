namespace DeepLearningCourse.Optimization;

/// <summary>What <see cref="Optimizers.AdamW(IEnumerable{TorchSharp.Modules.Parameter}, double, double, double, double, double, bool, bool)"/> can be told.</summary>
/// <remarks><see href="https://pytorch.org/docs/stable/generated/torch.optim.AdamW.html"/></remarks>
public sealed record AdamWOptions : UpdateOptions
{
    /// <summary>How much of the mean of the gradients stays at a step, from 0 to less than 1.</summary>
    public double Beta1 { get; init; } = 0.9;

    /// <summary>How much of the mean of their squares stays at a step, from 0 to less than 1.</summary>
    public double Beta2 { get; init; } = 0.999;

    /// <summary>Added to the divisor, so that it is never 0.</summary>
    public double Eps { get; init; } = 1e-8;

    /// <summary>The share of a parameter that is taken away at each step, times the learning rate.</summary>
    public double WeightDecay { get; init; } = 0.01;

    /// <summary>Whether the largest mean of squares so far divides, not the last (<see href="https://openreview.net/forum?id=ryQu7f-RZ">Reddi et al., 2018</see>).</summary>
    public bool Amsgrad { get; init; }

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
        ("betas", (Beta1, Beta2)), ("eps", Eps), ("weight_decay", WeightDecay), ("amsgrad", Amsgrad), ("maximize", Maximize),
    ];

    internal override UpdateOptions FromPyTorch(PyTorchGroup group) => this with
    {
        Beta1 = group.Pair("betas", (Beta1, Beta2)).First,
        Beta2 = group.Pair("betas", (Beta1, Beta2)).Second,
        Eps = group.Number("eps", Eps),
        WeightDecay = group.Number("weight_decay", WeightDecay),
        Amsgrad = group.Flag("amsgrad", Amsgrad),
        Maximize = group.Flag("maximize", Maximize),
    };
}
