namespace DeepLearningCourse.Optimization;

/// <summary>What <see cref="Optimizers.ASGD(IEnumerable{TorchSharp.Modules.Parameter}, double, double, double, double, double, bool)"/> can be told.</summary>
/// <remarks><see href="https://pytorch.org/docs/stable/generated/torch.optim.ASGD.html"/></remarks>
public sealed record ASGDOptions : UpdateOptions
{
    /// <summary>The share of a parameter that is taken away at each step, times the step's rate; it makes the rate fall too.</summary>
    public double Lambd { get; init; } = 1e-4;

    /// <summary>The power with which the rate falls with the steps.</summary>
    public double Alpha { get; init; } = 0.75;

    /// <summary>The step from which on the parameters are averaged, into the state's <c>ax</c>.</summary>
    public double T0 { get; init; } = 1e6;

    /// <summary>The weight of the L2 penalty, which is added to the gradient.</summary>
    public double WeightDecay { get; init; }

    /// <summary>Whether the loss is to grow, not to shrink.</summary>
    public bool Maximize { get; init; }

    internal override void Validate()
    {
        OptionChecks.NotNegative(Lambd);
        OptionChecks.NotNegative(Alpha);
        OptionChecks.NotNegative(T0);
        OptionChecks.NotNegative(WeightDecay);
    }

    internal override IEnumerable<(string Name, object? Value)> ToPyTorch() =>
    [
        ("lambd", Lambd), ("alpha", Alpha), ("t0", T0), ("weight_decay", WeightDecay), ("maximize", Maximize),
    ];

    internal override UpdateOptions FromPyTorch(PyTorchGroup group) => this with
    {
        Lambd = group.Number("lambd", Lambd),
        Alpha = group.Number("alpha", Alpha),
        T0 = group.Number("t0", T0),
        WeightDecay = group.Number("weight_decay", WeightDecay),
        Maximize = group.Flag("maximize", Maximize),
    };
}
