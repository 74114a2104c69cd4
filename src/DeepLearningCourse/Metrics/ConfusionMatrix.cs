using System.Globalization;
using System.Text;
using DeepLearningCourse.Metrics.Counting;
using DeepLearningCourse.Runtime.Display;
using static TorchSharp.torch;

namespace DeepLearningCourse.Metrics;

/// <summary>How often each class was taken for each other: a row per true class, a column per predicted class.</summary>
/// <remarks>Rows and columns as in <see href="https://scikit-learn.org/stable/modules/generated/sklearn.metrics.confusion_matrix.html">scikit-learn</see>.</remarks>
[TypeFormatterSource(typeof(HtmlFormatterSource))]
public sealed class ConfusionMatrix : IHasHtml
{
    private readonly long[,] counts;

    /// <summary>Creates an empty matrix.</summary>
    /// <param name="classes">The number of classes, at least 2.</param>
    /// <exception cref="ArgumentOutOfRangeException">There are fewer than 2 classes.</exception>
    public ConfusionMatrix(int classes)
    {
        if (classes < 2)
        {
            throw new ArgumentOutOfRangeException(
                nameof(classes), classes, "A confusion matrix needs at least 2 classes; a binary classifier has the classes 0 and 1.");
        }

        counts = new long[classes, classes];
    }

    /// <summary>The number of classes.</summary>
    public int Classes => counts.GetLength(0);

    /// <summary>The number of samples counted.</summary>
    public long Total { get; private set; }

    /// <summary>The share of samples whose class was predicted right, 0 to 1; NaN before the first sample.</summary>
    public double Accuracy =>
        Enumerable.Range(0, Classes).Sum(c => counts[c, c]) / (double)Total;

    /// <summary>How many samples of a class were predicted as a class.</summary>
    /// <param name="actual">The true class.</param>
    /// <param name="predicted">The predicted class.</param>
    public long this[int actual, int predicted] => counts[actual, predicted];

    /// <summary>Counts a batch.</summary>
    /// <param name="predicted">Predicted classes, any shape, numbers 0 to <see cref="Classes"/> - 1.</param>
    /// <param name="actual">True classes, as many.</param>
    /// <exception cref="ArgumentException">The two differ in number, or a class is out of range; nothing was counted.</exception>
    public void Add(Tensor predicted, Tensor actual)
    {
        var predictions = Labels(predicted, nameof(predicted));
        var truths = Labels(actual, nameof(actual));
        if (predictions.Length != truths.Length)
        {
            throw new ArgumentException($"There are {predictions.Length} predictions for {truths.Length} true classes.", nameof(predicted));
        }

        for (var i = 0; i < truths.Length; i++)
        {
            counts[truths[i], predictions[i]]++;
        }

        Total += truths.Length;
    }

    /// <summary>Forgets all samples.</summary>
    public void Reset()
    {
        Array.Clear(counts);
        Total = 0;
    }

    /// <summary>Counts in what another matrix has counted, which stays as it is.</summary>
    /// <param name="other">A matrix of as many classes.</param>
    /// <exception cref="ArgumentException">It has another number of classes; nothing was counted.</exception>
    public void Merge(ConfusionMatrix other)
    {
        ArgumentNullException.ThrowIfNull(other);
        if (other.Classes != Classes)
        {
            throw new ArgumentException($"A matrix of {other.Classes} classes cannot be merged into one of {Classes}.", nameof(other));
        }

        for (var i = 0; i < counts.Length; i++)
        {
            counts[i / Classes, i % Classes] += other.counts[i / Classes, i % Classes];
        }

        Total += other.Total;
    }

    /// <summary>The matrix as a table.</summary>
    public override string ToString()
    {
        var width = Math.Max(9, counts.Cast<long>().Max().ToString(CultureInfo.InvariantCulture).Length + 1);
        var text = new StringBuilder("actual \\ predicted");
        for (var column = 0; column < Classes; column++)
        {
            text.Append(column.ToString(CultureInfo.InvariantCulture).PadLeft(width));
        }

        for (var row = 0; row < Classes; row++)
        {
            text.Append('\n').Append(row.ToString(CultureInfo.InvariantCulture).PadLeft("actual \\ predicted".Length));
            for (var column = 0; column < Classes; column++)
            {
                text.Append(counts[row, column].ToString(CultureInfo.InvariantCulture).PadLeft(width));
            }
        }

        return text.ToString();
    }

    /// <summary>The matrix as a table for a page or a notebook; the larger a count's share of its row, the darker its cell.</summary>
    /// <returns>A table element of HTML that brings its own style.</returns>
    public string ToHtml() => ConfusionMatrixHtml.Of(this);

    /// <summary>Counts classes that were checked before.</summary>
    internal void Count(LabelBatch batch)
    {
        for (var i = 0; i < batch.Actual.Length; i++)
        {
            if (batch.Actual[i] != ClassNumbers.Ignored)
            {
                counts[batch.Actual[i], batch.Predicted[i]]++;
                Total++;
            }
        }
    }

    /// <summary>The counts row by row.</summary>
    internal double[] Write() => [.. counts.Cast<long>().Select(count => (double)count)];

    /// <summary>Takes over counts row by row, of which there are classes · classes.</summary>
    internal void Read(long[] rows)
    {
        for (var i = 0; i < rows.Length; i++)
        {
            counts[i / Classes, i % Classes] = rows[i];
        }

        Total = (long)rows.Sum(count => (double)count);
    }

    private long[] Labels(Tensor labels, string name)
    {
        ArgumentNullException.ThrowIfNull(labels, name);
        using var scope = NewDisposeScope();
        var values = labels.detach().to(ScalarType.Float64).cpu().contiguous().data<double>().ToArray();
        var wrong = Array.FindIndex(values, v => v < 0 || v >= Classes || v != Math.Floor(v) || double.IsNaN(v));
        return wrong < 0
            ? Array.ConvertAll(values, v => (long)v)
            : throw new ArgumentException(string.Create(CultureInfo.InvariantCulture,
                $"Sample {wrong} has the class {values[wrong]}; with {Classes} classes they are 0 to {Classes - 1}."), name);
    }
}
