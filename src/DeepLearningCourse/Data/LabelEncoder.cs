using System.Text.Json;
using static TorchSharp.torch;

namespace DeepLearningCourse.Data;

/// <summary>Turns the names of classes into class numbers, as CrossEntropyLoss takes them, and back.</summary>
/// <remarks>
/// Follows scikit-learn's <see href="https://scikit-learn.org/stable/modules/generated/sklearn.preprocessing.LabelEncoder.html">LabelEncoder</see>: the
/// classes are numbered in the order of their names, compared character by character.
/// </remarks>
public sealed class LabelEncoder : Preprocessor
{
    private string[]? classes;

    /// <inheritdoc/>
    public override bool IsFitted => classes is not null;

    /// <summary>The names of the classes by their numbers.</summary>
    /// <exception cref="InvalidOperationException"><see cref="Fit"/> was not called.</exception>
    public IReadOnlyList<string> Classes => Fitted();

    /// <summary>Finds the classes.</summary>
    /// <param name="labels">The class of each sample, by name.</param>
    /// <returns>This encoder.</returns>
    /// <exception cref="ArgumentException">There are no labels, or one is null.</exception>
    public LabelEncoder Fit(IEnumerable<string> labels)
    {
        ArgumentNullException.ThrowIfNull(labels);
        string[] found = [.. labels.Distinct().Order(StringComparer.Ordinal)];

        if (found.Length == 0 || found[0] is null)
        {
            throw new ArgumentException(found.Length == 0 ? "There are no labels." : "A label is null: each sample needs the name of its class.", nameof(labels));
        }

        classes = found;
        return this;
    }

    /// <summary>Turns names into numbers.</summary>
    /// <param name="labels">The class of each sample, by name.</param>
    /// <returns>A new tensor <c>[samples]</c>, int64.</returns>
    /// <exception cref="InvalidOperationException"><see cref="Fit"/> was not called.</exception>
    /// <exception cref="ArgumentException">A name was not among those of Fit.</exception>
    public Tensor Transform(IEnumerable<string> labels)
    {
        ArgumentNullException.ThrowIfNull(labels);
        var known = Fitted();
        return tensor(labels.Select((label, sample) => Number(known, label, sample)).ToArray());
    }

    /// <summary>Finds the classes and turns the names into numbers.</summary>
    /// <param name="labels">The class of each sample, by name.</param>
    /// <returns>A new tensor <c>[samples]</c>, int64.</returns>
    /// <exception cref="ArgumentException">There are no labels, or one is null.</exception>
    public Tensor FitTransform(IReadOnlyCollection<string> labels) => Fit(labels).Transform(labels);

    /// <summary>Turns numbers into names, for instance those of <c>model.PredictLabels</c>.</summary>
    /// <param name="numbers">Class numbers, <c>[samples]</c>, any dtype of whole numbers.</param>
    /// <returns>The name of each sample's class.</returns>
    /// <exception cref="InvalidOperationException"><see cref="Fit"/> was not called.</exception>
    /// <exception cref="ArgumentException">There is no class of a number.</exception>
    public string[] InverseTransform(Tensor numbers)
    {
        ArgumentNullException.ThrowIfNull(numbers);
        var known = Fitted();
        using var scope = NewDisposeScope();
        var all = numbers.numel() == 0 ? [] : numbers.detach().to(int64, CPU).contiguous().data<long>().ToArray();
        return [.. all.Select((number, sample) => number >= 0 && number < known.Length
            ? known[number]
            : throw new ArgumentException($"Sample {sample} has the class number {number}: the classes are numbered from 0 to {known.Length - 1}."))];
    }

    internal override void WriteState(Utf8JsonWriter json) => Write(json, "classes", classes!);

    internal override void ReadState(JsonElement json) =>
        classes = Texts(json.GetProperty("classes")) is { Length: > 0 } found ? found : throw new FormatException("'classes' is empty.");

    private static long Number(string[] known, string label, int sample)
    {
        var number = Array.IndexOf(known, label);
        return number >= 0 ? number : throw new ArgumentException($"Sample {sample} has the label '{label}', which Fit did not see. It saw {string.Join(", ", known.Select(c => $"'{c}'"))}.");
    }

    private string[] Fitted()
    {
        RequireFitted();
        return classes!;
    }
}
