namespace DeepLearningCourse.Training;

/// <summary>A part of a step's time.</summary>
internal enum StepPart
{
    Data,
    Forward,
    Backward,
    Update,
    Other,
}
