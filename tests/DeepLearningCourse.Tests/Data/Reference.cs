using System.Text.Json;

namespace DeepLearningCourse.Tests.Data;

/// <summary>Numbers that other libraries gave, recorded by the scripts beside them.</summary>
internal static class Reference
{
    public static JsonElement Splits { get; } = Read("splits.json");

    public static JsonElement Preprocessing { get; } = Read("preprocessing.json");

    public static JsonElement Datasets { get; } = Read("datasets.json");

    public static JsonElement Npy { get; } = Read(Path.Combine("npy", "expected.json"));

    public static string PathOf(params string[] path) => Path.Combine([TestContext.CurrentContext.TestDirectory, "Reference", .. path]);

    private static JsonElement Read(string file) => JsonDocument.Parse(File.ReadAllText(PathOf(file))).RootElement;
}
