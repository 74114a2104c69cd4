using System.Globalization;
using System.Text.Json;
using DeepLearningCourse.Metrics;
using DeepLearningCourse.Tests.Data;
using static TorchSharp.torch;

namespace DeepLearningCourse.Tests.Metrics;

/// <summary>Predictions, targets and what scikit-learn says of them, from Reference/make_metrics.py.</summary>
public sealed class RecordedPredictions
{
    // Sizes of batches as no loader gives them, in turn.
    private static readonly int[] Sizes = [1, 5, 2, 9, 3, 1, 14];

    private static readonly JsonElement Recorded = JsonDocument.Parse(File.ReadAllText(Reference.PathOf("metrics.json"))).RootElement;

    private readonly JsonElement recorded;

    private RecordedPredictions(JsonElement recorded) => this.recorded = recorded;

    public static IEnumerable<RecordedPredictions> Binary => Of("binary");

    public static IEnumerable<RecordedPredictions> Multiclass => Of("multiclass");

    public static IEnumerable<RecordedPredictions> Multilabel => Of("multilabel");

    public static IEnumerable<RecordedPredictions> Regression => Of("regression");

    public int Samples => recorded.GetProperty("y").GetArrayLength();

    /// <summary>A batch of the samples from one on, of the dtypes asked for.</summary>
    public (Tensor Predictions, Tensor Targets) Batch(int from, int size, ScalarType predictions, ScalarType targets) =>
        (Rows("p", from, size).to(predictions), Rows("y", from, size).to(targets));

    /// <summary>All samples in uneven batches, with the shapes and dtypes that networks and data sets give.</summary>
    public void AddTo(Metric metric, ScalarType type = ScalarType.Float64)
    {
        for (var (from, turn) = (0, 0); from < Samples; from += Sizes[turn++ % Sizes.Length])
        {
            using var scope = NewDisposeScope();
            var size = Math.Min(Sizes[turn % Sizes.Length], Samples - from);
            var (predictions, targets) = Batch(from, size, type, turn % 2 == 0 && metric.Input == MetricInput.Probabilities ? ScalarType.Int64 : type);
            metric.Add(
                predictions.dim() == 1 && turn % 2 == 0 ? predictions.unsqueeze(1) : predictions,
                targets.dim() == 1 && turn % 3 == 0 ? targets.unsqueeze(1) : targets);
        }
    }

    /// <summary>The value of a metric over all samples.</summary>
    public double Value(Metric metric, ScalarType type = ScalarType.Float64)
    {
        AddTo(metric, type);
        return metric.Value;
    }

    /// <summary>A number that was recorded; null where there is none.</summary>
    public double? Number(params string[] path)
    {
        var element = recorded;
        foreach (var key in path)
        {
            if (!element.TryGetProperty(key, out element))
            {
                return null;
            }
        }

        return element.ValueKind == JsonValueKind.Null ? null : Number(element);
    }

    /// <summary>A list that was recorded, rows one after the other.</summary>
    public double[] Numbers(params string[] path) => [.. Flat(path.Aggregate(recorded, (element, key) => element.GetProperty(key)))];

    public override string ToString() => recorded.GetProperty("name").GetString()!;

    private static IEnumerable<RecordedPredictions> Of(string kind) => Recorded.GetProperty(kind).EnumerateArray().Select(e => new RecordedPredictions(e));

    private static double Number(JsonElement element) => element.ValueKind != JsonValueKind.String
        ? element.GetDouble()
        : element.GetString() switch
        {
            "nan" => double.NaN,
            "inf" => double.PositiveInfinity,
            var text => double.Parse(text!, CultureInfo.InvariantCulture),
        };

    private static IEnumerable<double> Flat(JsonElement element) =>
        element.ValueKind == JsonValueKind.Array ? element.EnumerateArray().SelectMany(Flat) : [Number(element)];

    private Tensor Rows(string key, int from, int size)
    {
        var rows = recorded.GetProperty(key).EnumerateArray().Skip(from).Take(size).ToList();
        var numbers = tensor(rows.SelectMany(Flat).ToArray(), dtype: ScalarType.Float64);
        return rows[0].ValueKind == JsonValueKind.Array ? numbers.reshape(size, -1) : numbers;
    }
}
