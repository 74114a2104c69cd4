namespace DeepLearningCourse.Models;

/// <summary>The evaluating passes that a thread is in. Each thread writes its own, so that they never wait for each other; who begins to train reads all.</summary>
internal sealed class ThreadPasses
{
    private static readonly List<WeakReference<ThreadPasses>> All = [];

    [ThreadStatic]
    private static ThreadPasses? current;

    private volatile EvaluationMode? newest;

    private ThreadPasses()
    {
    }

    /// <summary>Those of this thread.</summary>
    public static ThreadPasses Current => current ??= Register();

    /// <summary>The innermost pass; null if the thread is in none.</summary>
    public EvaluationMode? Newest
    {
        get => newest;
        set => newest = value;
    }

    /// <summary>Whether another thread is in a pass through a network that has modules in common with this one.</summary>
    public bool OthersPassThrough(ModuleTree tree)
    {
        lock (All)
        {
            foreach (var reference in All)
            {
                if (!reference.TryGetTarget(out var other) || other == this)
                {
                    continue;
                }

                for (var pass = other.newest; pass is not null; pass = pass.Outer)
                {
                    if (pass.Tree.Overlaps(tree))
                    {
                        return true;
                    }
                }
            }
        }

        return false;
    }

    private static ThreadPasses Register()
    {
        ThreadPasses passes = new();

        lock (All)
        {
            // Those of threads that ended.
            All.RemoveAll(reference => !reference.TryGetTarget(out _));
            All.Add(new(passes));
        }

        return passes;
    }
}
