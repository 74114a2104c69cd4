using static TorchSharp.torch;

namespace DeepLearningCourse.Training.Checks;

/// <summary>A tensor that wants to be trained and stands in no registry.</summary>
/// <param name="Place">Where: <c>'Net.hidden[0].weight'</c>.</param>
/// <param name="Value">The tensor, its owner's.</param>
internal sealed record UnregisteredTensor(string Place, Tensor Value);
