using static TorchSharp.torch;

namespace DeepLearningCourse.Models;

/// <summary>What a weight file says of one tensor.</summary>
/// <param name="Name">Its key, for instance <c>w1.weight</c>.</param>
/// <param name="Dtype">The type of its elements.</param>
/// <param name="Shape">Its shape, for instance <c>[out_features, in_features]</c>.</param>
public sealed record WeightInfo(string Name, ScalarType Dtype, IReadOnlyList<long> Shape);
