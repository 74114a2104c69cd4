namespace DeepLearningCourse.Training;

/// <summary>Where in the loop something happens, for its sentences. Epoch 0 is an evaluation.</summary>
internal readonly record struct Place(int Epoch, int Batch, TrainingHistory History, string Evaluated = "Evaluation")
{
    /// <summary>Why there is no mean loss: no batch came, or none counted.</summary>
    public static TrainingException NoLoss(string what, EpochTotals totals, TrainingHistory history) => new(
        totals.Samples == 0 ? NoDataText(what) : $"{what} has {totals.Samples} samples, and the loss counts none of their targets: all are the ignored index or of "
            + "classes with weight 0, so their mean is 0 / 0. Look at the targets, and at ignore_index and weight of the criterion.",
        0, 0, history);

    public static string NoDataText(string what) => $"{what} gave no batch. Is the data set empty, or is a sequence passed that can be read only once?";

    public string Sentence(string message) => $"{(Epoch == 0 ? Evaluated : $"Epoch {Epoch}")}, batch {Batch}: {message}";

    public TrainingException Error(string message, Exception? cause = null) => new(Sentence(message), Epoch, Batch, History, cause);
}
