using static TorchSharp.torch;

namespace DeepLearningCourse.Data.Loading;

/// <summary>Goes through the tensors inside a value and puts others in their places.</summary>
internal delegate void TensorWalk<T>(ref T value, Func<Tensor, Tensor> replacement);
