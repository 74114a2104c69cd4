namespace DeepLearningCourse.Optimization.Updates;

/// <summary>A number that an optimizer keeps for each parameter.</summary>
/// <param name="Name">PyTorch's name in the state dict, for instance <c>mu_product</c>.</param>
/// <param name="Initial">What it is at first, given the learning rate.</param>
internal sealed record StateScalar(string Name, Func<double, double> Initial);
