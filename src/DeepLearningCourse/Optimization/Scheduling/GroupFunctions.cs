namespace DeepLearningCourse.Optimization.Scheduling;

/// <summary>A user's functions, one for each group.</summary>
internal static class GroupFunctions
{
    /// <exception cref="ArgumentException">There are not as many functions as groups.</exception>
    public static Func<long, double>[] For(int groups, IReadOnlyList<Func<long, double>>? functions, Func<long, double>? common)
    {
        if (functions is null)
        {
            return [.. Enumerable.Repeat(common!, groups)];
        }

        return functions.Count == groups && functions.All(function => function is not null) ? [.. functions] : throw new ArgumentException(
            $"There are {functions.Count} functions, and the optimizer has {groups} parameter groups. Give one for each, or one for all.", nameof(functions));
    }
}
