using System.Text.Json;
using DeepLearningCourse.Tests.Data;

namespace DeepLearningCourse.Tests.Training.Tuning;

/// <summary>What make_tuning.py recorded.</summary>
internal static class TuningReference
{
    public static JsonElement Root { get; } = JsonDocument.Parse(File.ReadAllText(Reference.PathOf("tuning.json"))).RootElement;

    public static double[] Numbers(JsonElement parent, string name) => [.. parent.GetProperty(name).EnumerateArray().Select(number => number.GetDouble())];
}
