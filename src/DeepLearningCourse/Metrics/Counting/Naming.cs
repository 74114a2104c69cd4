namespace DeepLearningCourse.Metrics.Counting;

/// <summary>The names that metrics have unless told another.</summary>
internal static class Naming
{
    public static string WithAverage(string name, Averaging average) => average switch
    {
        Averaging.Micro => $"{name} (micro)",
        Averaging.Macro => $"{name} (macro)",
        Averaging.Weighted => $"{name} (weighted)",
        _ => name,
    };
}
