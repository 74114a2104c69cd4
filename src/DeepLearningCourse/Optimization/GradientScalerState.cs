namespace DeepLearningCourse.Optimization;

/// <summary>Where a <see cref="GradientScaler"/> is: what a run needs to go on with it as if it had not been interrupted.</summary>
/// <param name="Scale">What the loss is multiplied by: a finite number above 0.</param>
/// <param name="GrowthTracker">How many steps in a row had finite gradients since the scale last changed.</param>
public sealed record GradientScalerState(double Scale, int GrowthTracker);
