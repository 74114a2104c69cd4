namespace DeepLearningCourse.Optimization;

/// <summary>What <see cref="Optimizers.SGD(IEnumerable{TorchSharp.Modules.Parameter}, double, double, double, double, bool, bool)"/> can be told.</summary>
/// <remarks><see href="https://pytorch.org/docs/stable/generated/torch.optim.SGD.html"/></remarks>
public sealed record SGDOptions : UpdateOptions
{
    /// <summary>How much of the last step's move is added to this one; 0 for none.</summary>
    public double Momentum { get; init; }

    /// <summary>How much of the gradient does not enter the momentum.</summary>
    public double Dampening { get; init; }

    /// <summary>The weight of the L2 penalty, which is added to the gradient.</summary>
    public double WeightDecay { get; init; }

    /// <summary>Whether the step looks ahead along the momentum.</summary>
    public bool Nesterov { get; init; }

    /// <summary>Whether the loss is to grow, not to shrink.</summary>
    public bool Maximize { get; init; }

    internal override void Validate()
    {
        OptionChecks.NotNegative(Momentum);
        OptionChecks.NotNegative(WeightDecay);

        if (!double.IsFinite(Dampening))
        {
            throw OptionChecks.Wrong(nameof(Dampening), Dampening, "is a finite number");
        }

        if (Nesterov && (Momentum == 0 || Dampening != 0))
        {
            throw OptionChecks.Wrong(nameof(Nesterov), Nesterov, "needs a Momentum greater than 0 and a Dampening of 0");
        }
    }

    internal override IEnumerable<(string Name, object? Value)> ToPyTorch() =>
    [
        ("momentum", Momentum), ("dampening", Dampening), ("weight_decay", WeightDecay), ("nesterov", Nesterov), ("maximize", Maximize),
    ];

    internal override UpdateOptions FromPyTorch(PyTorchGroup group) => this with
    {
        Momentum = group.Number("momentum", Momentum),
        Dampening = group.Number("dampening", Dampening),
        WeightDecay = group.Number("weight_decay", WeightDecay),
        Nesterov = group.Flag("nesterov", Nesterov),
        Maximize = group.Flag("maximize", Maximize),
    };
}
