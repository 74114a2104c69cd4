using System.Globalization;
using DeepLearningCourse.Runtime.Display;
using static TorchSharp.torch;

namespace DeepLearningCourse.Metrics;

/// <summary>A number that says how good predictions are, gathered batch by batch.</summary>
/// <remarks>
/// <para><see cref="Value"/> is that of all samples since the start or the last <see cref="Reset"/>, however uneven the batches. It is not the mean of
/// the batches' values.</para>
/// <para>A metric holds plain numbers, so there is nothing to dispose; tensors may be on any device, and are neither changed nor kept. It is not made
/// for several threads at once: give each its own and <see cref="Merge"/> them.</para>
/// <para>What classification metrics take as predictions:</para>
/// <list type="bullet">
/// <item><description>whole numbers are predicted classes, of the targets' shape;</description></item>
/// <item><description>floating <c>[batch]</c> and <c>[batch, 1, ...]</c> are probabilities of yes, counted as class 1 from the threshold on;</description></item>
/// <item><description>floating <c>[batch, classes, ...]</c> with targets <c>[batch, ...]</c> are scores, of which the largest says the class (the first of equal ones);</description></item>
/// <item><description>floating <c>[batch, labels, ...]</c> with targets of the same shape are probabilities of several yes-or-no answers per sample.</description></item>
/// </list>
/// <para>Targets are class numbers, in whole or floating numbers. A dimension 1 of size 1 may be there or not.</para>
/// </remarks>
[TypeFormatterSource(typeof(HtmlFormatterSource))]
public abstract class Metric : IHasHtml
{
    private readonly string name;

    /// <summary>Creates a metric with the name of its type.</summary>
    protected Metric() => name = GetType().Name;

    /// <summary>What the metric is called in tables and histories, as <c>"f1 (macro)"</c>.</summary>
    /// <exception cref="ArgumentException">The name is empty.</exception>
    public string Name
    {
        get => name;
        init => name = string.IsNullOrWhiteSpace(value)
            ? throw new ArgumentException("A metric needs a name: it is its key in tables and histories.", nameof(value))
            : value;
    }

    /// <summary>Whether more is better, as with an accuracy; false for errors and losses.</summary>
    public virtual bool HigherIsBetter => true;

    /// <summary>What <see cref="Add"/> expects of a network.</summary>
    public virtual MetricInput Input => MetricInput.Probabilities;

    /// <summary>The metric over all samples so far; NaN before the first, and where it is not defined.</summary>
    public abstract double Value { get; }

    /// <summary>All numbers that <see cref="Restore"/> needs, copied.</summary>
    public abstract IReadOnlyDictionary<string, double[]> State { get; }

    /// <summary>What was chosen at construction, where it matters for merging.</summary>
    private protected virtual string Options => "";

    /// <summary>Counts a batch in.</summary>
    /// <param name="predictions">What was predicted, <c>[batch, ...]</c>; see the type's remarks.</param>
    /// <param name="targets">What is true.</param>
    /// <exception cref="ArgumentException">The two do not fit each other or the metric; nothing was counted.</exception>
    public abstract void Add(Tensor predictions, Tensor targets);

    /// <summary>Forgets all samples, for the next epoch.</summary>
    public abstract void Reset();

    /// <summary>Counts in all that another metric has counted, which stays as it is.</summary>
    /// <param name="other">A metric of the same type with the same options.</param>
    /// <exception cref="ArgumentException">It is of another type, or has other options; nothing was counted.</exception>
    public abstract void Merge(Metric other);

    /// <summary>Goes back to a <see cref="State"/>, bit for bit; what was counted since is forgotten.</summary>
    /// <param name="state">The state of a metric of the same type with the same options.</param>
    /// <exception cref="ArgumentException">It is no state of such a metric; nothing was changed.</exception>
    public abstract void Restore(IReadOnlyDictionary<string, double[]> state);

    /// <summary>Name and value: <c>accuracy 0.9375</c>.</summary>
    public override string ToString() => $"{Name} {Text}";

    /// <summary>Name and value for a page or a notebook.</summary>
    /// <returns>HTML that brings its own style: an element.</returns>
    public virtual string ToHtml() => HtmlTable.Of([Name], [[Text]], _ => true);

    private string Text => Value.ToString("G5", CultureInfo.InvariantCulture);

    /// <summary>The other metric, if it counts the same thing.</summary>
    private protected T Mergeable<T>(Metric other)
        where T : Metric
    {
        ArgumentNullException.ThrowIfNull(other);
        if (other.GetType() != GetType())
        {
            throw new ArgumentException(
                $"'{other.Name}' is a {other.GetType().Name} and cannot be merged into '{Name}', a {GetType().Name}.", nameof(other));
        }

        return other.Options == Options ? (T)other : throw new ArgumentException(
            $"'{other.Name}' was made with {other.Options}, '{Name}' with {Options}: only metrics with the same options can be merged.", nameof(other));
    }
}
