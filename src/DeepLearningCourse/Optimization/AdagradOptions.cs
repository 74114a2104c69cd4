namespace DeepLearningCourse.Optimization;

/// <summary>What <see cref="Optimizers.Adagrad(IEnumerable{TorchSharp.Modules.Parameter}, double, double, double, double, double, bool)"/> can be told.</summary>
/// <remarks><see href="https://pytorch.org/docs/stable/generated/torch.optim.Adagrad.html"/></remarks>
public sealed record AdagradOptions : UpdateOptions
{
    /// <summary>How fast the learning rate falls with the steps.</summary>
    public double LrDecay { get; init; }

    /// <summary>The weight of the L2 penalty, which is added to the gradient.</summary>
    public double WeightDecay { get; init; }

    /// <summary>What the sum of the squared gradients begins with.</summary>
    public double InitialAccumulatorValue { get; init; }

    /// <summary>Added to the divisor, so that it is never 0.</summary>
    public double Eps { get; init; } = 1e-10;

    /// <summary>Whether the loss is to grow, not to shrink.</summary>
    public bool Maximize { get; init; }

    internal override void Validate()
    {
        OptionChecks.NotNegative(LrDecay);
        OptionChecks.NotNegative(WeightDecay);
        OptionChecks.NotNegative(InitialAccumulatorValue);
        OptionChecks.NotNegative(Eps);
    }

    internal override IEnumerable<(string Name, object? Value)> ToPyTorch() =>
    [
        ("lr_decay", LrDecay), ("eps", Eps), ("weight_decay", WeightDecay), ("initial_accumulator_value", InitialAccumulatorValue), ("maximize", Maximize),
    ];

    internal override UpdateOptions FromPyTorch(PyTorchGroup group) => this with
    {
        LrDecay = group.Number("lr_decay", LrDecay),
        Eps = group.Number("eps", Eps),
        WeightDecay = group.Number("weight_decay", WeightDecay),
        InitialAccumulatorValue = group.Number("initial_accumulator_value", InitialAccumulatorValue),
        Maximize = group.Flag("maximize", Maximize),
    };
}
