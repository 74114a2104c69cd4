using static TorchSharp.torch;

namespace DeepLearningCourse.Data.Loading;

/// <summary>What a dataset may hand over in place of a tensor by mistake.</summary>
internal static class TensorChecks
{
    public static void RequireUsable(Tensor? tensor, string place, long index)
    {
        if (tensor is null)
        {
            throw Nothing("a tensor", place, index);
        }

        if (tensor.IsInvalid)
        {
            throw new DataLoaderException(
                $"Sample {index} has a tensor{place} that was already disposed. Return a new tensor or a view each time; a tensor that " +
                "this[long index] makes and keeps, in a cache, needs DetachFromDisposeScope().", index) { BlamesSampleAlone = true };
        }
    }

    public static DataLoaderException Nothing(string what, string place, long index) => new(
        $"Sample {index} has null{place} in place of {what}. Return {what} for every index from the dataset's this[long index].", index)
    {
        BlamesSampleAlone = true,
    };
}
