namespace DeepLearningCourse.Optimization.Updates;

/// <summary>A tensor that an optimizer keeps for each parameter, of the parameter's shape.</summary>
/// <param name="Name">PyTorch's name in the state dict, for instance <c>exp_avg</c>.</param>
/// <param name="Initial">What it is filled with at first.</param>
internal sealed record StateSlot(string Name, double Initial = 0);
