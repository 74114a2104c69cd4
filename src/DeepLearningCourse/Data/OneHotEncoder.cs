using System.Globalization;
using System.Text.Json;
using static TorchSharp.torch;

namespace DeepLearningCourse.Data;

/// <summary>Turns columns of categories, texts or numbers, into columns of zeros and ones, one for each category.</summary>
/// <remarks>
/// Follows scikit-learn's <see href="https://scikit-learn.org/stable/modules/generated/sklearn.preprocessing.OneHotEncoder.html">OneHotEncoder</see>: the
/// categories of a column come in the order of their texts, compared character by character, or of their numbers.
/// </remarks>
public sealed class OneHotEncoder : Preprocessor
{
    private UnknownCategory unknown;
    private string[][]? categories;

    /// <summary>An encoder that refuses categories it was not fitted on.</summary>
    public OneHotEncoder()
    {
    }

    /// <summary>An encoder.</summary>
    /// <param name="unknown">What becomes of categories that it was not fitted on.</param>
    public OneHotEncoder(UnknownCategory unknown) => this.unknown = unknown;

    /// <inheritdoc/>
    public override bool IsFitted => categories is not null;

    /// <summary>The categories of each column, in the order of its outputs; numbers as text.</summary>
    /// <exception cref="InvalidOperationException">Fit was not called.</exception>
    public IReadOnlyList<IReadOnlyList<string>> Categories => Fitted();

    /// <summary>Finds the categories of each column of texts.</summary>
    /// <param name="X">Training rows, <c>[rows, columns]</c>.</param>
    /// <returns>This encoder.</returns>
    /// <exception cref="ArgumentException">X has no rows or no columns, or a text is null.</exception>
    public OneHotEncoder Fit(string[,] X)
    {
        ArgumentNullException.ThrowIfNull(X);
        return Fit(X, StringComparer.Ordinal);
    }

    /// <summary>Finds the categories of each column of numbers.</summary>
    /// <param name="X">Training rows, <c>[rows, columns]</c>, any real dtype.</param>
    /// <returns>This encoder.</returns>
    /// <exception cref="ArgumentException">X is not [rows, columns], or has no rows or no columns.</exception>
    public OneHotEncoder Fit(Tensor X) =>
        Fit(AsTexts(X), Comparer<string>.Create((a, b) => double.Parse(a, CultureInfo.InvariantCulture).CompareTo(double.Parse(b, CultureInfo.InvariantCulture))));

    /// <summary>Encodes rows of texts.</summary>
    /// <param name="X"><c>[rows, columns]</c>, with the columns of Fit in their order.</param>
    /// <returns>A new tensor <c>[rows, categories of all columns]</c>, float32.</returns>
    /// <exception cref="InvalidOperationException">Fit was not called.</exception>
    /// <exception cref="ArgumentException">X has other columns than Fit saw, or a category that Fit did not see.</exception>
    public Tensor Transform(string[,] X)
    {
        ArgumentNullException.ThrowIfNull(X);
        var known = Fitted();
        var (rows, columns) = (X.GetLength(0), X.GetLength(1));

        if (columns != known.Length)
        {
            throw new ArgumentException($"X is [{rows}, {columns}] and Fit saw {known.Length} columns. Give it the same columns, in the same order.");
        }

        var width = known.Sum(column => column.Length);
        var values = new float[rows * width];

        for (var row = 0; row < rows; row++)
        {
            var first = row * width;

            for (var column = 0; column < columns; column++)
            {
                Encode(known[column], X[row, column], values.AsSpan(first), row, column);
                first += known[column].Length;
            }
        }

        return tensor(values, [rows, width]);
    }

    /// <summary>Encodes rows of numbers.</summary>
    /// <param name="X"><c>[rows, columns]</c>, with the columns of Fit in their order.</param>
    /// <returns>A new tensor <c>[rows, categories of all columns]</c>, float32.</returns>
    /// <exception cref="InvalidOperationException">Fit was not called.</exception>
    /// <exception cref="ArgumentException">X has other columns than Fit saw, or a category that Fit did not see.</exception>
    public Tensor Transform(Tensor X) => Transform(AsTexts(X));

    /// <summary>Turns zeros and ones, or probabilities, back into categories: those of the largest output of each column.</summary>
    /// <param name="encoded"><c>[rows, categories of all columns]</c>.</param>
    /// <returns>The categories, <c>[rows, columns]</c>; null where all outputs of a column are 0.</returns>
    /// <exception cref="InvalidOperationException">Fit was not called.</exception>
    /// <exception cref="ArgumentException">encoded does not have an output for each category.</exception>
    public string?[,] InverseTransform(Tensor encoded)
    {
        var known = Fitted();
        ScalerTable.Require(encoded);
        var width = known.Sum(column => column.Length);

        if (encoded.shape[1] != width)
        {
            throw new ArgumentException($"encoded is {Shapes.Text(encoded)} and Fit saw {width} categories: give it an output for each.");
        }

        using var scope = NewDisposeScope();
        var values = encoded.numel() == 0 ? [] : encoded.detach().to(float64, CPU).contiguous().data<double>().ToArray();
        var result = new string?[encoded.shape[0], known.Length];

        for (var row = 0; row < result.GetLength(0); row++)
        {
            var first = row * width;

            for (var column = 0; column < known.Length; column++)
            {
                var outputs = values.AsSpan(first, known[column].Length);
                var largest = 0;

                for (var i = 1; i < outputs.Length; i++)
                {
                    largest = outputs[i] > outputs[largest] ? i : largest;
                }

                result[row, column] = outputs[largest] == 0 ? null : known[column][largest];
                first += outputs.Length;
            }
        }

        return result;
    }

    internal override void WriteState(Utf8JsonWriter json)
    {
        json.WriteString("unknown", unknown.ToString());
        json.WriteStartArray("categories");

        foreach (var column in categories!)
        {
            json.WriteStartArray();

            foreach (var category in column)
            {
                json.WriteStringValue(category);
            }

            json.WriteEndArray();
        }

        json.WriteEndArray();
    }

    internal override void ReadState(JsonElement json)
    {
        string[][] columns = [.. json.GetProperty("categories").EnumerateArray().Select(Texts)];

        if (columns.Length == 0 || columns.Any(column => column.Length == 0))
        {
            throw new FormatException("A column has no categories.");
        }

        unknown = Enum.Parse<UnknownCategory>(json.GetProperty("unknown").GetString() ?? "");
        categories = columns;
    }

    private OneHotEncoder Fit(string[,] X, IComparer<string> order)
    {
        var (rows, columns) = (X.GetLength(0), X.GetLength(1));

        if (rows == 0 || columns == 0)
        {
            throw new ArgumentException($"X is [{rows}, {columns}]: there is nothing to find categories in.");
        }

        categories = [.. Enumerable.Range(0, columns).Select(column => Enumerable.Range(0, rows)
            .Select(row => X[row, column] ?? throw new ArgumentException($"X holds null at row {row}, column {column} (counted from 0). Fill in a text."))
            .Distinct().Order(order).ToArray())];
        return this;
    }

    private void Encode(string[] known, string category, Span<float> target, int row, int column)
    {
        var place = Array.IndexOf(known, category);

        if (place >= 0)
        {
            target[place] = 1;
        }
        else if (unknown == UnknownCategory.Refuse)
        {
            throw new ArgumentException(
                $"X holds '{category}' at row {row}, column {column} (counted from 0), which Fit did not see. It saw {string.Join(", ", known.Select(c => $"'{c}'"))}.");
        }
    }

    private static string[,] AsTexts(Tensor X)
    {
        ScalerTable.Require(X);
        using var scope = NewDisposeScope();
        var numbers = X.numel() == 0 ? [] : X.detach().to(float64, CPU).contiguous().data<double>().ToArray();
        var texts = new string[X.shape[0], X.shape[1]];

        for (var i = 0; i < numbers.Length; i++)
        {
            texts[i / texts.GetLength(1), i % texts.GetLength(1)] = numbers[i].ToString("R", CultureInfo.InvariantCulture);
        }

        return texts;
    }

    private string[][] Fitted()
    {
        RequireFitted();
        return categories!;
    }
}
