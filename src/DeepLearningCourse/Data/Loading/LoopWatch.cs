namespace DeepLearningCourse.Data.Loading;

/// <summary>Is asked by each loader that begins a loop while it watches: so loaders are found behind LINQ and iterators too.</summary>
/// <remarks>It watches one thread, and only while a sequence makes its next item, so that what others loop over meanwhile is none of its business.</remarks>
internal abstract class LoopWatch
{
    [ThreadStatic]
    private static LoopWatch? current;

    /// <summary>The one that watches this thread; null if there is none.</summary>
    public static LoopWatch? Current => current;

    /// <summary>Where a loop begins.</summary>
    public abstract DataLoaderState Begin(IRunLoader loader);

    /// <summary>Watches until the result is disposed.</summary>
    public Region Watch() => new(this);

    internal readonly ref struct Region
    {
        private readonly LoopWatch? before;

        public Region(LoopWatch watch) => (before, current) = (current, watch);

        public void Dispose() => current = before;
    }
}
