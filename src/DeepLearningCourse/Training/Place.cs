namespace DeepLearningCourse.Training;

/// <summary>Where in the loop something happens, for its sentences. Epoch 0 is an evaluation.</summary>
internal readonly record struct Place(int Epoch, int Batch, TrainingHistory History)
{
    private string Text => Epoch == 0 ? $"Evaluation, batch {Batch}" : $"Epoch {Epoch}, batch {Batch}";

    public static TrainingException NoData(string what, TrainingHistory history) => new(NoDataText(what), 0, 0, history);

    public static string NoDataText(string what) => $"{what} gave no batch. Is the data set empty, or is a sequence passed that can be read only once?";

    public TrainingException Error(string message, Exception? cause = null) => new($"{Text}: {message}", Epoch, Batch, History, cause);
}
