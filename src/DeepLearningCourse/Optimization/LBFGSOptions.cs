namespace DeepLearningCourse.Optimization;

/// <summary>What <see cref="Optimizers.LBFGS"/> can be told.</summary>
/// <remarks><see href="https://pytorch.org/docs/stable/generated/torch.optim.LBFGS.html"/></remarks>
public sealed record LBFGSOptions : UpdateOptions
{
    /// <summary>The most iterations of one step.</summary>
    public int MaxIter { get; init; } = 20;

    /// <summary>The most evaluations of the loss in one step; null for five to four iterations.</summary>
    public int? MaxEval { get; init; }

    /// <summary>A step ends when no gradient is larger.</summary>
    public double ToleranceGrad { get; init; } = 1e-7;

    /// <summary>A step ends when the loss, or every parameter, changes by less.</summary>
    public double ToleranceChange { get; init; } = 1e-9;

    /// <summary>How many of the last moves are remembered; each costs twice the memory of the parameters.</summary>
    public int HistorySize { get; init; } = 100;

    /// <summary>How the length of a move is found.</summary>
    public LineSearch LineSearch { get; init; }

    /// <summary>The most evaluations as a number.</summary>
    internal int MostEvaluations => MaxEval ?? (int)(MaxIter * 5L / 4);

    internal override void Validate()
    {
        OptionChecks.Positive(MaxIter);
        OptionChecks.NotNegative(ToleranceGrad);
        OptionChecks.NotNegative(ToleranceChange);
        OptionChecks.Positive(HistorySize);

        if (MaxEval is { } most)
        {
            OptionChecks.Positive(most, nameof(MaxEval));
        }

        if (!Enum.IsDefined(LineSearch))
        {
            throw OptionChecks.Wrong(nameof(LineSearch), LineSearch, "is None or StrongWolfe");
        }
    }

    internal override IEnumerable<(string Name, object? Value)> ToPyTorch() =>
    [
        ("max_iter", MaxIter), ("max_eval", MostEvaluations), ("tolerance_grad", ToleranceGrad), ("tolerance_change", ToleranceChange),
        ("history_size", HistorySize), ("line_search_fn", LineSearch == LineSearch.StrongWolfe ? StrongWolfeName : null),
    ];

    internal override UpdateOptions FromPyTorch(PyTorchGroup group) => this with
    {
        MaxIter = group.Count("max_iter", MaxIter),
        MaxEval = group.Count("max_eval", MaxEval ?? 0) is var most && most != 0 ? most : null,
        ToleranceGrad = group.Number("tolerance_grad", ToleranceGrad),
        ToleranceChange = group.Number("tolerance_change", ToleranceChange),
        HistorySize = group.Count("history_size", HistorySize),
        LineSearch = group.Choice("line_search_fn", LineSearch, (StrongWolfeName, LineSearch.StrongWolfe)),
    };

    private const string StrongWolfeName = "strong_wolfe";
}
