using static TorchSharp.torch;

namespace DeepLearningCourse.Models;

/// <summary>The modes of a network's layers as they are now; each gets its own back at the end.</summary>
internal sealed class KeptModes(nn.Module network) : IDisposable
{
    private readonly List<(ModuleMode Mode, bool Training)> modes = [.. ModuleTree.Of(network).Modes.Select(mode => (mode, mode.IsTraining))];

    // Parents come before their children, so a layer that was frozen in evaluation mode ends as it was.
    public void Dispose()
    {
        foreach (var (mode, training) in modes)
        {
            if (mode.IsTraining != training)
            {
                mode.Set(training);
            }
        }
    }
}
