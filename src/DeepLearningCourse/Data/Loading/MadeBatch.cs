namespace DeepLearningCourse.Data.Loading;

/// <summary>What became of one turn: a batch, or nothing, because all its samples were left out or a shard had no more.</summary>
internal readonly record struct MadeBatch<TBatch>(bool Exists, TBatch Batch);
