using static TorchSharp.torch;

namespace DeepLearningCourse.Training;

/// <summary>Where in the loop something happens, for its sentences. Epoch 0 is an evaluation.</summary>
internal readonly record struct Place(int Epoch, int Batch, TrainingHistory History)
{
    private string Text => Epoch == 0 ? $"Evaluation, batch {Batch}" : $"Epoch {Epoch}, batch {Batch}";

    public static TrainingException NoData(string what, TrainingHistory history) => new(
        $"{what} gave no batch. Is the data set empty, or is a sequence passed that can be read only once?", 0, 0, history);

    public TrainingException Error(string message, Exception? cause = null) => new($"{Text}: {message}", Epoch, Batch, History, cause);

    /// <summary>Refuses a loss that is no single number.</summary>
    public void RequireNumber(Tensor loss)
    {
        if (loss.numel() != 1)
        {
            throw Error($"the criterion gave a loss of shape {Data.Shapes.Text(loss)} and training needs one number. Make the criterion with reduction mean or sum.");
        }
    }
}
