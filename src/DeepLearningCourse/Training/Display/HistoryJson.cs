using System.Globalization;
using System.Text;
using System.Text.Json;
using DeepLearningCourse.Metrics;

namespace DeepLearningCourse.Training.Display;

/// <summary>A history as JSON: all that it has, numbers that read back as they were.</summary>
internal static class HistoryJson
{
    private static JsonWriterOptions Format { get; } = new() { Indented = true, NewLine = "\n" };

    public static string Of(TrainingHistory history)
    {
        using MemoryStream stream = new();

        using (Utf8JsonWriter writer = new(stream, Format))
        {
            writer.WriteStartObject();
            writer.WriteString("stop_reason", history.StopReason.ToString());
            writer.WriteNumber("steps", history.Steps);
            writer.WriteString("resumed_from", history.ResumedFrom);
            Array(writer, "warnings", history.Warnings, writer.WriteStringValue);
            Array(writer, "epochs", history.Epochs, epoch => Epoch(writer, epoch));
            Array(writer, "validations", history.Validations, validation => Validation(writer, validation));
            writer.WriteEndObject();
        }

        return Encoding.UTF8.GetString(stream.ToArray());
    }

    private static void Epoch(Utf8JsonWriter writer, EpochResult epoch)
    {
        writer.WriteStartObject();
        writer.WriteNumber("epoch", epoch.Epoch);
        writer.WriteBoolean("partial", epoch.IsPartial);
        Number(writer, "train_loss", epoch.TrainLoss);
        Numbers(writer, "phase_losses", epoch.PhaseLosses);
        writer.WritePropertyName("validation");
        Evaluation(writer, epoch.Validation);
        Numbers(writer, "values", epoch.Values);
        Number(writer, "gradient_norm", epoch.GradientNorm);
        Array(writer, "learning_rates", epoch.LearningRates, rate => Number(writer, rate));
        writer.WriteNumber("steps", epoch.Steps);
        writer.WriteNumber("skipped_steps", epoch.SkippedSteps);
        writer.WriteNumber("samples", epoch.Samples);
        Number(writer, "seconds", epoch.Duration.TotalSeconds);
        Numbers(writer, "step_seconds", Parts(epoch.Times));
        writer.WriteEndObject();
    }

    private static IEnumerable<KeyValuePair<string, double>> Parts(StepTimes times) =>
    [
        new("data", times.Data.TotalSeconds), new("forward", times.Forward.TotalSeconds), new("backward", times.Backward.TotalSeconds),
        new("update", times.Update.TotalSeconds), new("other", times.Other.TotalSeconds),
    ];

    private static void Validation(Utf8JsonWriter writer, ValidationResult validation)
    {
        writer.WriteStartObject();
        writer.WriteNumber("step", validation.Step);
        writer.WriteNumber("epoch", validation.Epoch);
        writer.WritePropertyName("evaluation");
        Evaluation(writer, validation.Evaluation);
        writer.WriteEndObject();
    }

    private static void Evaluation(Utf8JsonWriter writer, Evaluation? evaluation)
    {
        if (evaluation is null)
        {
            writer.WriteNullValue();
            return;
        }

        writer.WriteStartObject();
        Number(writer, "loss", evaluation.Loss);
        writer.WriteNumber("samples", evaluation.Samples);
        Number(writer, "accuracy", evaluation.Accuracy);
        Numbers(writer, "metrics", evaluation.Metrics);

        if (evaluation.ConfusionMatrix is { } matrix)
        {
            Array(writer, "confusion_matrix", Enumerable.Range(0, matrix.Classes), actual => Row(writer, matrix, actual));
        }

        writer.WriteEndObject();
    }

    private static void Row(Utf8JsonWriter writer, ConfusionMatrix matrix, int actual)
    {
        writer.WriteStartArray();

        for (var predicted = 0; predicted < matrix.Classes; predicted++)
        {
            writer.WriteNumberValue(matrix[actual, predicted]);
        }

        writer.WriteEndArray();
    }

    private static void Array<T>(Utf8JsonWriter writer, string name, IEnumerable<T> items, Action<T> write)
    {
        writer.WriteStartArray(name);

        foreach (var item in items)
        {
            write(item);
        }

        writer.WriteEndArray();
    }

    private static void Numbers(Utf8JsonWriter writer, string name, IEnumerable<KeyValuePair<string, double>> numbers)
    {
        writer.WriteStartObject(name);

        foreach (var (key, value) in numbers)
        {
            Number(writer, key, value);
        }

        writer.WriteEndObject();
    }

    private static void Number(Utf8JsonWriter writer, string name, double? value)
    {
        writer.WritePropertyName(name);

        if (value is { } number)
        {
            Number(writer, number);
        }
        else
        {
            writer.WriteNullValue();
        }
    }

    /// <summary>JSON has no NaN and no infinity: these are texts, which .NET and Python's <c>float</c> read.</summary>
    private static void Number(Utf8JsonWriter writer, double value)
    {
        if (double.IsFinite(value))
        {
            writer.WriteNumberValue(value);
        }
        else
        {
            writer.WriteStringValue(value.ToString(CultureInfo.InvariantCulture));
        }
    }
}
