using static TorchSharp.torch;

namespace DeepLearningCourse.Models;

/// <summary>Puts a network into evaluation mode and gives each of its layers its own mode back at the end.</summary>
internal readonly struct EvaluationMode : IDisposable
{
    private readonly List<(nn.Module Module, bool Training)> modes;

    public EvaluationMode(nn.Module network)
    {
        modes = [.. network.modules().Prepend(network).Select(module => (module, module.training))];
        network.eval();
    }

    // Parents come before their children, so a layer that was frozen in evaluation mode ends as it was.
    public void Dispose()
    {
        foreach (var (module, training) in modes)
        {
            if (module.training != training)
            {
                module.train(training);
            }
        }
    }
}
