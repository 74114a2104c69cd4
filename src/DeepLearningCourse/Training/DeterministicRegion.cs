using DeepLearningCourse.Runtime;

namespace DeepLearningCourse.Training;

/// <summary>Lets libtorch use only algorithms that give the same bits each time, until it is disposed.</summary>
internal readonly struct DeterministicRegion : IDisposable
{
    private readonly bool changed;

    public DeterministicRegion(bool wanted)
    {
        changed = wanted && !LibTorchSettings.DeterministicAlgorithms;

        if (changed)
        {
            LibTorchSettings.DeterministicAlgorithms = true;
        }
    }

    public void Dispose()
    {
        if (changed)
        {
            LibTorchSettings.DeterministicAlgorithms = false;
        }
    }
}
