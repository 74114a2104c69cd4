using System.Text;
using System.Text.Json;
using DeepLearningCourse.Runtime;

namespace DeepLearningCourse.Data;

/// <summary>Something that is fitted on the training data and has to go with the model: a scaler or an encoder.</summary>
/// <remarks>
/// It is saved as JSON on its own, or inside the weight file of the model, with <c>model.SaveWeights(path, preprocessors)</c>. Numbers are written
/// so that they come back bit for bit.
/// </remarks>
/// <example>
/// <code>
/// scaler.Save("scaler.json");
/// var again = Preprocessor.Load&lt;StandardScaler&gt;("scaler.json");
/// </code>
/// </example>
public abstract class Preprocessor
{
    private const int Version = 1;

    /// <summary>Whether it was fitted.</summary>
    public abstract bool IsFitted { get; }

    /// <summary>What it found out, as JSON.</summary>
    /// <returns>The JSON, which <see cref="FromJson{T}"/> takes.</returns>
    /// <exception cref="InvalidOperationException">It was not fitted.</exception>
    public string ToJson()
    {
        RequireFitted();
        using var buffer = new MemoryStream();

        using (var json = new Utf8JsonWriter(buffer, new JsonWriterOptions { Indented = true }))
        {
            json.WriteStartObject();
            json.WriteString("preprocessor", GetType().Name);
            json.WriteNumber("version", Version);
            WriteState(json);
            json.WriteEndObject();
        }

        return Encoding.UTF8.GetString(buffer.ToArray());
    }

    /// <summary>Saves it to a file of its own.</summary>
    /// <param name="path">The file, by custom <c>*.json</c>. It is written aside and renamed: an interrupted save leaves the old file.</param>
    /// <exception cref="InvalidOperationException">It was not fitted.</exception>
    /// <exception cref="IOException">The file cannot be written.</exception>
    public void Save(string path)
    {
        ArgumentException.ThrowIfNullOrEmpty(path);
        var bytes = Encoding.UTF8.GetBytes(ToJson());
        AtomicFile.Write(path, stream => stream.Write(bytes));
    }

    /// <summary>Loads what <see cref="Save"/> wrote.</summary>
    /// <typeparam name="T">What was saved, for instance <see cref="StandardScaler"/>.</typeparam>
    /// <param name="path">The file.</param>
    /// <returns>The preprocessor, fitted as it was.</returns>
    /// <exception cref="FileNotFoundException">There is no such file.</exception>
    /// <exception cref="InvalidDataException">It is no preprocessor of that type, or damaged.</exception>
    public static T Load<T>(string path)
        where T : Preprocessor, new()
    {
        using var stream = Formats.Gzip.OpenPlain(path);
        using var reader = new StreamReader(stream, Encoding.UTF8);
        return FromJson<T>(reader.ReadToEnd(), path);
    }

    /// <summary>Makes one of what <see cref="ToJson"/> wrote.</summary>
    /// <typeparam name="T">What it was.</typeparam>
    /// <param name="json">The JSON.</param>
    /// <param name="source">Where it is from, for the message of an error.</param>
    /// <returns>The preprocessor, fitted as it was.</returns>
    /// <exception cref="InvalidDataException">It is no preprocessor of that type, or damaged.</exception>
    public static T FromJson<T>(string json, string source = "The JSON")
        where T : Preprocessor, new()
    {
        ArgumentNullException.ThrowIfNull(json);

        try
        {
            using var document = JsonDocument.Parse(json);
            var root = document.RootElement;
            var kind = root.GetProperty("preprocessor").GetString();

            if (kind != typeof(T).Name)
            {
                throw new InvalidDataException($"{source} holds a {kind} and not a {typeof(T).Name}.");
            }

            var preprocessor = new T();
            preprocessor.ReadState(root.GetProperty("version").GetInt32() == Version
                ? root
                : throw new InvalidDataException($"{source} was written by a later version of this library. Update it to read this."));
            return preprocessor;
        }
        catch (Exception exception) when (exception is JsonException or InvalidOperationException or KeyNotFoundException or FormatException or ArgumentException)
        {
            throw new InvalidDataException($"{source} is not a {typeof(T).Name} that was saved: {exception.Message.Split('\n')[0]} Is it the right file, and is it whole?", exception);
        }
    }

    internal abstract void WriteState(Utf8JsonWriter json);

    /// <summary>Takes the state, all of it or none.</summary>
    internal abstract void ReadState(JsonElement json);

    private protected void RequireFitted()
    {
        if (!IsFitted)
        {
            throw new InvalidOperationException($"The {GetType().Name} has not seen any data yet. Call Fit with the training data first.");
        }
    }

    private protected static void Write(Utf8JsonWriter json, string name, IEnumerable<double> numbers)
    {
        json.WriteStartArray(name);

        foreach (var number in numbers)
        {
            json.WriteNumberValue(number);
        }

        json.WriteEndArray();
    }

    private protected static void Write(Utf8JsonWriter json, string name, IEnumerable<string> texts)
    {
        json.WriteStartArray(name);

        foreach (var text in texts)
        {
            json.WriteStringValue(text);
        }

        json.WriteEndArray();
    }

    private protected static double[] Numbers(JsonElement json, string name)
    {
        double[] numbers = [.. json.GetProperty(name).EnumerateArray().Select(number => number.GetDouble())];
        return numbers.All(double.IsFinite) ? numbers : throw new FormatException($"'{name}' holds a number that is not finite.");
    }

    private protected static string[] Texts(JsonElement texts)
    {
        string[] all = [.. texts.EnumerateArray().Select(text => text.GetString() ?? throw new FormatException("A category is null."))];
        return all.Distinct().Count() == all.Length ? all : throw new FormatException("A category stands there twice.");
    }
}
