using static TorchSharp.torch;

namespace DeepLearningCourse.Optimization.Updates;

/// <summary>What was found at a length along a direction.</summary>
/// <param name="Length">The length.</param>
/// <param name="Loss">The loss there.</param>
/// <param name="Gradient">Its gradient.</param>
/// <param name="Slope">The gradient along the direction.</param>
internal readonly record struct LinePoint(double Length, double Loss, Tensor Gradient, double Slope);
