namespace DeepLearningCourse.Optimization;

/// <summary>What <see cref="Optimizers.Adadelta(IEnumerable{TorchSharp.Modules.Parameter}, double, double, double, double, bool)"/> can be told.</summary>
/// <remarks><see href="https://pytorch.org/docs/stable/generated/torch.optim.Adadelta.html"/></remarks>
public sealed record AdadeltaOptions : UpdateOptions
{
    /// <summary>How much of the means of squares stays at a step, from 0 to 1.</summary>
    public double Rho { get; init; } = 0.9;

    /// <summary>Added to the means of squares, so that the first steps are not 0 and none divides by 0.</summary>
    public double Eps { get; init; } = 1e-6;

    /// <summary>The weight of the L2 penalty, which is added to the gradient.</summary>
    public double WeightDecay { get; init; }

    /// <summary>Whether the loss is to grow, not to shrink.</summary>
    public bool Maximize { get; init; }

    internal override void Validate()
    {
        if (!(Rho is >= 0 and <= 1))
        {
            throw OptionChecks.Wrong(nameof(Rho), Rho, "is from 0 to 1");
        }

        OptionChecks.NotNegative(Eps);
        OptionChecks.NotNegative(WeightDecay);
    }

    internal override IEnumerable<(string Name, object? Value)> ToPyTorch() =>
    [
        ("rho", Rho), ("eps", Eps), ("weight_decay", WeightDecay), ("maximize", Maximize),
    ];

    internal override UpdateOptions FromPyTorch(PyTorchGroup group) => this with
    {
        Rho = group.Number("rho", Rho),
        Eps = group.Number("eps", Eps),
        WeightDecay = group.Number("weight_decay", WeightDecay),
        Maximize = group.Flag("maximize", Maximize),
    };
}
