using System.Globalization;

namespace DeepLearningCourse.Metrics.Counting;

/// <summary>For each class how often it was predicted, how often it was true, and how often both.</summary>
internal sealed class ClassCounts
{
    // Where nothing says how many classes there are, a number from a wrong column must not take all memory.
    private const int MostUnannounced = 1 << 20;

    private readonly int? declared;
    private long[] hits = [];
    private long[] predicted = [];
    private long[] actual = [];

    public ClassCounts(int? classes)
    {
        if (classes < 2)
        {
            throw new ArgumentOutOfRangeException(
                nameof(classes), classes, "There must be at least 2 classes; a yes-or-no question has the classes 0 and 1.");
        }

        declared = classes;
        Reset();
    }

    /// <summary>How often a class was both predicted and true.</summary>
    public ReadOnlySpan<long> Hits => hits;

    /// <summary>How often a class was predicted.</summary>
    public ReadOnlySpan<long> Predicted => predicted;

    /// <summary>How often a class was true.</summary>
    public ReadOnlySpan<long> Actual => actual;

    /// <summary>The number of answers counted: samples, or labels of samples.</summary>
    public long Total { get; private set; }

    /// <summary>Whether samples have several labels, each of which is a class here.</summary>
    public bool MultiLabel { get; private set; }

    /// <summary>The number of classes or labels, where the options or a batch have said it.</summary>
    public int? Columns { get; private set; }

    public void Add(LabelBatch batch)
    {
        RequireRoom(batch);
        if (batch.Actual.Length == 0)
        {
            return;
        }

        (MultiLabel, Columns) = (batch.MultiLabel, batch.Columns ?? Columns);
        if (batch.MultiLabel)
        {
            CountLabels(batch);
        }
        else
        {
            CountClasses(batch);
        }
    }

    public void Reset()
    {
        (Columns, MultiLabel, Total) = (declared, false, 0);
        (hits, predicted, actual) = ([], [], []);
        Grow(declared ?? 0);
    }

    public void Merge(ClassCounts other)
    {
        if (other.Total == 0)
        {
            return;
        }

        if ((Total > 0 && other.MultiLabel != MultiLabel) || !Fits(other.Columns, other.hits.Length) || !other.Fits(Columns, hits.Length))
        {
            throw new ArgumentException($"One metric has counted {Describe()}, the other {other.Describe()}.");
        }

        (MultiLabel, Columns) = (other.MultiLabel, other.Columns ?? Columns);
        Grow(other.hits.Length);
        for (var c = 0; c < other.hits.Length; c++)
        {
            hits[c] += other.hits[c];
            predicted[c] += other.predicted[c];
            actual[c] += other.actual[c];
        }

        Total += other.Total;
    }

    public Dictionary<string, double[]> Write() => new()
    {
        ["hits"] = Array.ConvertAll(hits, count => (double)count),
        ["predicted"] = Array.ConvertAll(predicted, count => (double)count),
        ["actual"] = Array.ConvertAll(actual, count => (double)count),
        ["total"] = [Total],
        ["columns"] = [Columns ?? 0],
        ["multiLabel"] = [MultiLabel ? 1 : 0],
    };

    public void Read(MetricState state)
    {
        var newHits = state.Counts("hits");
        var newPredicted = state.Counts("predicted", newHits.Length);
        var newActual = state.Counts("actual", newHits.Length);
        var (total, columns, multiLabel) = (state.Count("total"), state.Count("columns"), state.Flag("multiLabel"));
        if ((columns != 0 || multiLabel || declared is not null) && (columns != newHits.Length || columns != (declared ?? columns)))
        {
            throw MetricState.Wrong(string.Create(CultureInfo.InvariantCulture, $"it has {newHits.Length} classes"));
        }

        if (newHits.Where((hit, c) => hit > newPredicted[c] || hit > newActual[c]).Any()
            || (!multiLabel && (newActual.Sum(count => (double)count) != total || newPredicted.Sum(count => (double)count) != total)))
        {
            throw MetricState.Wrong("its counts contradict each other");
        }

        (hits, predicted, actual) = (newHits, newPredicted, newActual);
        (Total, Columns, MultiLabel) = (total, columns == 0 ? null : (int)columns, multiLabel);
    }

    private bool Fits(int? columns, int used) => Columns is null || (columns is null ? used <= Columns : columns == Columns);

    private void RequireRoom(LabelBatch batch)
    {
        if (Total > 0 && batch.MultiLabel != MultiLabel)
        {
            throw new ArgumentException($"Earlier batches had {Describe()}, this one has {Kind(batch.MultiLabel)}.");
        }

        if (!Fits(batch.Columns, 0) || hits.Length > (batch.Columns ?? int.MaxValue))
        {
            throw new ArgumentException(
                $"The predictions are of {batch.Columns} {Kind(batch.MultiLabel)}, those before (or the option classes) of {Columns ?? hits.Length}.");
        }

        if (batch.Columns is null && Math.Max(Largest(batch.Actual), LargestCounted(batch)) is >= MostUnannounced and var largest)
        {
            throw new ArgumentException(
                $"There is a class {largest}. Give the metric the number of classes (classes:) if there are so many.");
        }
    }

    private void CountClasses(LabelBatch batch)
    {
        Grow(Columns ?? (int)Math.Max(Largest(batch.Actual), LargestCounted(batch)) + 1);
        for (var i = 0; i < batch.Actual.Length; i++)
        {
            var truth = batch.Actual[i];
            if (truth == ClassNumbers.Ignored)
            {
                continue;
            }

            var guess = batch.Predicted[i];
            actual[truth]++;
            predicted[guess]++;
            hits[truth] += truth == guess ? 1 : 0;
            Total++;
        }
    }

    private void CountLabels(LabelBatch batch)
    {
        Grow(batch.Columns!.Value);
        for (var i = 0; i < batch.Actual.Length; i++)
        {
            var (truth, guess, label) = (batch.Actual[i], batch.Predicted[i], i / batch.Positions % hits.Length);
            if (truth != ClassNumbers.Ignored)
            {
                actual[label] += truth;
                predicted[label] += guess;
                hits[label] += truth & guess;
                Total++;
            }
        }
    }

    private void Grow(int classes)
    {
        if (classes > hits.Length)
        {
            Array.Resize(ref hits, classes);
            Array.Resize(ref predicted, classes);
            Array.Resize(ref actual, classes);
        }
    }

    private string Describe() => $"{Columns ?? hits.Length} {Kind(MultiLabel)}";

    private static string Kind(bool multiLabel) => multiLabel ? "labels per sample" : "classes";

    private static long Largest(long[] numbers) => numbers.Length == 0 ? -1 : numbers.Max();

    /// <summary>The largest predicted class among those that count.</summary>
    private static long LargestCounted(LabelBatch batch)
    {
        var largest = -1L;
        for (var i = 0; i < batch.Actual.Length; i++)
        {
            if (batch.Actual[i] != ClassNumbers.Ignored)
            {
                largest = Math.Max(largest, batch.Predicted[i]);
            }
        }

        return largest;
    }
}
