using System.Text.Json;
using System.Text.Json.Serialization;

namespace DeepLearningCourse.Training.Callbacks;

/// <summary>What a callback has to keep besides tensors, as one text in a checkpoint.</summary>
internal static class StateText
{
    private const string Key = "state";

    private static readonly JsonSerializerOptions Json = new() { NumberHandling = JsonNumberHandling.AllowNamedFloatingPointLiterals };

    public static IReadOnlyDictionary<string, string> Of<T>(T state) => new Dictionary<string, string> { [Key] = JsonSerializer.Serialize(state, Json) };

    public static T Read<T>(CallbackState state)
    {
        ArgumentNullException.ThrowIfNull(state);
        return JsonSerializer.Deserialize<T>(state.Values[Key], Json)!;
    }
}
