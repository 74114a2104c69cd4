using static TorchSharp.torch;

namespace DeepLearningCourse.Runtime;

/// <summary>Choosing where to compute.</summary>
public static class Devices
{
    /// <summary>
    /// The slides' <c>torch.device("cuda" if torch.cuda.is_available() else "cpu")</c>: the GPU if there is one that this
    /// build can use, the processor otherwise.
    /// </summary>
    /// <remarks>A GPU needs a build with <c>-p:TorchBackend=cuda</c>.
    /// See <see href="https://pytorch.org/docs/stable/generated/torch.cuda.is_available.html"/>.</remarks>
    public static Device Best() => cuda.is_available() ? CUDA : CPU;
}
