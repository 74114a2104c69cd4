using DeepLearningCourse.Benchmarks.Comparison;

namespace DeepLearningCourse.Benchmarks.Training;

/// <summary>PyTorch's loop over batches in memory, as it is written and as it is fastest.</summary>
internal static class PyTorchModes
{
    private static readonly (string Name, string Request)[] All =
    [
        ("PyTorch", "default"),
        ("PyTorch, Adam with foreach=True", "foreach"),
        ("PyTorch, foreach=True and zero_grad(set_to_none=True)", "foreach_none"),
    ];

    public static void Add(Contestants contest, PythonPeer? python, string what)
    {
        foreach (var (name, request) in python is null ? [] : All)
        {
            contest.Add(name, () => python!.Seconds($"{what} {request}"));
        }
    }
}
