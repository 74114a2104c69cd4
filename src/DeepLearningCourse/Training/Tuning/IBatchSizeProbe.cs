namespace DeepLearningCourse.Training.Tuning;

/// <summary>Tries batch sizes.</summary>
internal interface IBatchSizeProbe
{
    /// <summary>The memory that the process uses now, with nothing tried.</summary>
    long MemoryNow();

    /// <summary>The memory that it may come to use, where nobody said so.</summary>
    long UsualLimit();

    /// <summary>Trains some steps.</summary>
    BatchSizeTrial Try(int size, long memoryLimit);
}
