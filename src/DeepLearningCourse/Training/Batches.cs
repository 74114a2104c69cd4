using DeepLearningCourse.Data;
using static TorchSharp.torch;

namespace DeepLearningCourse.Training;

/// <summary>The batches of one pass over the data.</summary>
internal static class Batches
{
    /// <summary>Batches that can be cancelled even while the loop waits for one, if a loader makes them.</summary>
    public static IEnumerable<(Tensor features, Tensor target)> Of(
        IEnumerable<(Tensor features, Tensor target)> data, CancellationToken cancellationToken) =>
        data is DataLoader<(Tensor features, Tensor target)> loader ? loader.WithCancellation(cancellationToken) : data;
}
