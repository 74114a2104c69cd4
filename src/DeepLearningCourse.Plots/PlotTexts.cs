namespace DeepLearningCourse.Plots;

/// <summary>The words of a picture. <c>PlotTexts.Spanish with { Title = "..." }</c> changes some of them.</summary>
public sealed record PlotTexts
{
    /// <summary>English, which is the default.</summary>
    public static PlotTexts English { get; } = new();

    /// <summary>Spanish.</summary>
    public static PlotTexts Spanish { get; } = new()
    {
        Epoch = "época",
        Step = "paso",
        Loss = "pérdida",
        Training = "entrenamiento",
        Validation = "validación",
        BestEpoch = "mejor época",
        Accuracy = "exactitud",
        LearningRate = "tasa de aprendizaje",
        Group = "grupo",
        TrueClass = "clase verdadera",
        PredictedClass = "clase predicha",
        FalsePositiveRate = "tasa de falsos positivos",
        TruePositiveRate = "tasa de verdaderos positivos",
        Chance = "azar",
        Recall = "exhaustividad",
        Precision = "precisión",
    };

    /// <summary>What stands above the picture; null for nothing.</summary>
    public string? Title { get; init; }

    /// <summary>The axis of epochs.</summary>
    public string Epoch { get; init; } = "epoch";

    /// <summary>The axis of steps, for a run that ended within its first epoch.</summary>
    public string Step { get; init; } = "step";

    /// <summary>The axis of losses.</summary>
    public string Loss { get; init; } = "loss";

    /// <summary>The curve of the training data.</summary>
    public string Training { get; init; } = "training";

    /// <summary>The curve of the validation data.</summary>
    public string Validation { get; init; } = "validation";

    /// <summary>The mark at the smallest validation loss; the epoch's number follows.</summary>
    public string BestEpoch { get; init; } = "best epoch";

    /// <summary>The axis of the share of right answers.</summary>
    public string Accuracy { get; init; } = "accuracy";

    /// <summary>The axis of learning rates.</summary>
    public string LearningRate { get; init; } = "learning rate";

    /// <summary>A group of parameters; its number follows, from 0 as in PyTorch.</summary>
    public string Group { get; init; } = "group";

    /// <summary>The rows of a confusion matrix.</summary>
    public string TrueClass { get; init; } = "true class";

    /// <summary>The columns of a confusion matrix.</summary>
    public string PredictedClass { get; init; } = "predicted class";

    /// <summary>The horizontal axis of a ROC curve.</summary>
    public string FalsePositiveRate { get; init; } = "false positive rate";

    /// <summary>The vertical axis of a ROC curve.</summary>
    public string TruePositiveRate { get; init; } = "true positive rate";

    /// <summary>The curve of guessing.</summary>
    public string Chance { get; init; } = "chance";

    /// <summary>The horizontal axis of a precision-recall curve.</summary>
    public string Recall { get; init; } = "recall";

    /// <summary>The vertical axis of a precision-recall curve.</summary>
    public string Precision { get; init; } = "precision";
}
