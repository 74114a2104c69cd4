using System.Text.Json;

namespace DeepLearningCourse.Tests.Data;

/// <summary>Numbers that other libraries gave, recorded by the scripts beside them.</summary>
internal static class Reference
{
    public static JsonElement Splits { get; } = Read("splits.json");

    private static JsonElement Read(string file) =>
        JsonDocument.Parse(File.ReadAllText(Path.Combine(TestContext.CurrentContext.TestDirectory, "Reference", file))).RootElement;
}
