using static TorchSharp.torch;

namespace DeepLearningCourse.Training;

/// <summary>What a checkpoint keeps of a callback.</summary>
/// <param name="Values">Texts by name; numbers as <c>ToString("R", CultureInfo.InvariantCulture)</c> or JSON, so that they come back as they were.</param>
/// <param name="Tensors">Tensors by name; none if null.</param>
public sealed record CallbackState(IReadOnlyDictionary<string, string> Values, IReadOnlyDictionary<string, Tensor>? Tensors = null);
