namespace DeepLearningCourse.Data;

/// <summary>What a loader does with a sample that cannot be read.</summary>
public enum BadSamples
{
    /// <summary>End the loop with a <see cref="DataLoaderException"/> that names the sample.</summary>
    Throw,

    /// <summary>
    /// Leave the sample out, so that its batch is smaller, and note it in <see cref="DataLoader{TBatch}.SkippedSamples"/>. Samples that throw,
    /// are null or hold a disposed tensor are left out; samples of different shapes still end the loop, as that is a mistake of the dataset.
    /// </summary>
    Skip,
}
