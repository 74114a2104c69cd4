namespace DeepLearningCourse.Training;

/// <summary>A part of the time of training steps.</summary>
/// <param name="Name">What is done in it: data, forward, backward, update, other.</param>
/// <param name="MicrosecondsPerStep">Its mean time in a step, in millionths of a second.</param>
/// <param name="Share">Its share of the whole, 0 to 1; NaN without any step.</param>
public readonly record struct ProfilePart(string Name, double MicrosecondsPerStep, double Share);
