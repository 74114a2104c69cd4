using System.Globalization;
using System.Text;
using System.Text.Json;
using DeepLearningCourse.Models.Pickle;

namespace DeepLearningCourse.Optimization.StateFiles;

/// <summary>The <c>param_groups</c> as JSON, with what JSON lacks in objects of one name: <c>{"tuple": [0.9, 0.999]}</c>, <c>{"float": "inf"}</c>.</summary>
/// <remarks>Floats always have a point or an exponent and integers never, so that Python's and this reader tell them apart.</remarks>
internal static class GroupJson
{
    private const string TupleName = "tuple";
    private const string FloatName = "float";

    public static string Write(PickleList groups)
    {
        using MemoryStream buffer = new();
        using (Utf8JsonWriter json = new(buffer))
        {
            Write(json, groups);
        }

        return Encoding.UTF8.GetString(buffer.GetBuffer(), 0, (int)buffer.Length);
    }

    /// <exception cref="PickleException">It is no JSON of groups.</exception>
    public static PickleList Read(string text)
    {
        try
        {
            using var document = JsonDocument.Parse(text, new JsonDocumentOptions { MaxDepth = 16 });
            PickleList groups = new();

            foreach (var group in document.RootElement.EnumerateArray())
            {
                PickleDict dict = new();

                foreach (var option in group.EnumerateObject())
                {
                    dict.Add(option.Name, Value(option.Value));
                }

                groups.Add(dict);
            }

            return groups;
        }
        catch (Exception exception) when (exception is JsonException or InvalidOperationException or FormatException)
        {
            throw new PickleException("its 'param_groups' are no JSON that this library wrote.", exception);
        }
    }

    private static void Write(Utf8JsonWriter json, object? value)
    {
        switch (value)
        {
            case null:
                json.WriteNullValue();
                break;
            case bool flag:
                json.WriteBooleanValue(flag);
                break;
            case long number:
                json.WriteNumberValue(number);
                break;
            case double number when double.IsFinite(number):
                var digits = number.ToString("R", CultureInfo.InvariantCulture);
                json.WriteRawValue(digits.Contains('.') || digits.Contains('E') ? digits : digits + ".0");
                break;
            case double number:
                json.WriteStartObject();
                json.WriteString(FloatName, double.IsNaN(number) ? "nan" : number > 0 ? "inf" : "-inf");
                json.WriteEndObject();
                break;
            case string text:
                json.WriteStringValue(text);
                break;
            case PickleList list:
                WriteArray(json, list.Items);
                break;
            case object?[] tuple:
                json.WriteStartObject();
                json.WritePropertyName(TupleName);
                WriteArray(json, tuple);
                json.WriteEndObject();
                break;
            case PickleDict dict:
                json.WriteStartObject();

                foreach (var (key, inner) in dict.Entries)
                {
                    json.WritePropertyName((string)key);
                    Write(json, inner);
                }

                json.WriteEndObject();
                break;
            default:
                throw new ArgumentException($"JSON has no {value.GetType().Name}.", nameof(value));
        }
    }

    private static void WriteArray(Utf8JsonWriter json, IReadOnlyList<object?> items)
    {
        json.WriteStartArray();

        foreach (var item in items)
        {
            Write(json, item);
        }

        json.WriteEndArray();
    }

    private static object? Value(JsonElement json) => json.ValueKind switch
    {
        JsonValueKind.Null => null,
        JsonValueKind.True => true,
        JsonValueKind.False => false,
        JsonValueKind.String => json.GetString(),
        JsonValueKind.Number => json.GetRawText().AsSpan().ContainsAny(".eE") ? (object)json.GetDouble() : json.GetInt64(),
        JsonValueKind.Array => List(json),
        _ => Tagged(json),
    };

    private static PickleList List(JsonElement json)
    {
        PickleList list = new();
        list.AddRange([.. json.EnumerateArray().Select(Value)]);
        return list;
    }

    private static object?[]? Tuple(JsonElement json) => [.. json.EnumerateArray().Select(Value)];

    private static object? Tagged(JsonElement json)
    {
        var members = json.EnumerateObject().ToArray();
        return (members.Length, members.Length == 1 ? members[0].Name : "") switch
        {
            (1, TupleName) => Tuple(members[0].Value),
            (1, FloatName) => members[0].Value.GetString() switch
            {
                "nan" => double.NaN,
                "inf" => double.PositiveInfinity,
                "-inf" => double.NegativeInfinity,
                _ => throw new FormatException(),
            },
            _ => throw new FormatException(),
        };
    }
}
