namespace DeepLearningCourse.Optimization;

/// <summary>What <see cref="Optimizers.Rprop(IEnumerable{TorchSharp.Modules.Parameter}, double, double, double, double, double, bool)"/> can be told.</summary>
/// <remarks><see href="https://pytorch.org/docs/stable/generated/torch.optim.Rprop.html"/></remarks>
public sealed record RpropOptions : UpdateOptions
{
    /// <summary>The factor of a step size where the gradient changed its sign, greater than 0 and less than 1.</summary>
    public double EtaMinus { get; init; } = 0.5;

    /// <summary>The factor of a step size where the gradient kept its sign, greater than 1.</summary>
    public double EtaPlus { get; init; } = 1.2;

    /// <summary>The smallest step size.</summary>
    public double MinStep { get; init; } = 1e-6;

    /// <summary>The largest step size.</summary>
    public double MaxStep { get; init; } = 50;

    /// <summary>Whether the loss is to grow, not to shrink.</summary>
    public bool Maximize { get; init; }

    internal override void Validate()
    {
        if (!(EtaMinus is > 0 and < 1))
        {
            throw OptionChecks.Wrong(nameof(EtaMinus), EtaMinus, "is greater than 0 and less than 1");
        }

        if (!(EtaPlus > 1) || !double.IsFinite(EtaPlus))
        {
            throw OptionChecks.Wrong(nameof(EtaPlus), EtaPlus, "is a finite number greater than 1");
        }

        OptionChecks.NotNegative(MinStep);
        OptionChecks.NotNegative(MaxStep);

        if (MinStep > MaxStep)
        {
            throw OptionChecks.Wrong(nameof(MinStep), MinStep, "is at most MaxStep");
        }
    }

    internal override IEnumerable<(string Name, object? Value)> ToPyTorch() =>
    [
        ("etas", (EtaMinus, EtaPlus)), ("step_sizes", (MinStep, MaxStep)), ("maximize", Maximize),
    ];

    internal override UpdateOptions FromPyTorch(PyTorchGroup group) => this with
    {
        EtaMinus = group.Pair("etas", (EtaMinus, EtaPlus)).First,
        EtaPlus = group.Pair("etas", (EtaMinus, EtaPlus)).Second,
        MinStep = group.Pair("step_sizes", (MinStep, MaxStep)).First,
        MaxStep = group.Pair("step_sizes", (MinStep, MaxStep)).Second,
        Maximize = group.Flag("maximize", Maximize),
    };
}
