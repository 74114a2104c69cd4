using System.Text.Json;
using static TorchSharp.torch;

namespace DeepLearningCourse.Data;

/// <summary>Moves and scales each column so that its smallest and largest training values become 0 and 1, or other limits.</summary>
/// <remarks>
/// Follows scikit-learn's <see href="https://scikit-learn.org/stable/modules/generated/sklearn.preprocessing.MinMaxScaler.html">MinMaxScaler</see>: a
/// constant column becomes the lower limit. Values beyond those of the training rows go beyond the limits unless they are clipped.
/// </remarks>
public sealed class MinMaxScaler : Preprocessor
{
    private double low;
    private double high;
    private double[]? minimum;
    private double[]? maximum;

    /// <summary>A scaler to 0..1.</summary>
    public MinMaxScaler()
        : this(0, 1)
    {
    }

    /// <summary>A scaler to other limits.</summary>
    /// <param name="low">What the smallest value becomes.</param>
    /// <param name="high">What the largest value becomes, above low.</param>
    /// <param name="clip">Whether values beyond those of the training rows become the limits.</param>
    /// <exception cref="ArgumentException">high is not above low, or one of them is not finite.</exception>
    public MinMaxScaler(double low, double high, bool clip = false)
    {
        if (!(low < high) || !double.IsFinite(high - low))
        {
            throw new ArgumentException(FormattableString.Invariant($"The limits are {low} and {high}: both must be finite and the second the larger."));
        }

        (this.low, this.high, Clip) = (low, high, clip);
    }

    /// <inheritdoc/>
    public override bool IsFitted => minimum is not null;

    /// <summary>Whether values beyond those of the training rows become the limits.</summary>
    public bool Clip { get; private set; }

    /// <summary>The smallest value of each column.</summary>
    /// <exception cref="InvalidOperationException"><see cref="Fit"/> was not called.</exception>
    public IReadOnlyList<double> Minimum => Fitted(minimum);

    /// <summary>The largest value of each column.</summary>
    /// <exception cref="InvalidOperationException"><see cref="Fit"/> was not called.</exception>
    public IReadOnlyList<double> Maximum => Fitted(maximum);

    /// <summary>Finds the smallest and the largest value of each column.</summary>
    /// <param name="X">Training rows, <c>[rows, columns]</c>, any real dtype.</param>
    /// <returns>This scaler.</returns>
    /// <exception cref="ArgumentException">X is not [rows, columns], has no rows, or holds NaN or an infinity.</exception>
    public MinMaxScaler Fit(Tensor X)
    {
        var table = ScalerTable.Measurable(X);
        var columns = (int)X.shape[1];
        var (least, most) = (table[..columns], table[..columns]);

        for (var i = columns; i < table.Length; i++)
        {
            least[i % columns] = Math.Min(least[i % columns], table[i]);
            most[i % columns] = Math.Max(most[i % columns], table[i]);
        }

        (minimum, maximum) = (least, most);
        return this;
    }

    /// <summary>Scales rows with the limits of <see cref="Fit"/>.</summary>
    /// <param name="X"><c>[rows, columns]</c>, with the columns of Fit in their order.</param>
    /// <returns>A new tensor <c>[rows, columns]</c>, of X's dtype and device; float32 if X holds whole numbers.</returns>
    /// <exception cref="InvalidOperationException"><see cref="Fit"/> was not called.</exception>
    /// <exception cref="ArgumentException">X does not have the columns that Fit saw.</exception>
    public Tensor Transform(Tensor X) => ScalerTable.Apply(X, Fitted(minimum), Ranges(), (X, minimum, range) =>
    {
        var scaled = ((X - minimum) / range * (high - low)) + low;
        return Clip ? scaled.clamp(low, high) : scaled;
    });

    /// <summary>Fits to the rows and scales them.</summary>
    /// <param name="X">Training rows, <c>[rows, columns]</c>.</param>
    /// <returns>A new tensor <c>[rows, columns]</c>, as <see cref="Transform"/> returns.</returns>
    /// <exception cref="ArgumentException">X is not [rows, columns], has no rows, or holds NaN or an infinity.</exception>
    public Tensor FitTransform(Tensor X) => Fit(X).Transform(X);

    /// <summary>Undoes <see cref="Transform"/>, but for what was clipped.</summary>
    /// <param name="X">Scaled rows, <c>[rows, columns]</c>.</param>
    /// <returns>A new tensor <c>[rows, columns]</c>, of X's dtype and device; float32 if X holds whole numbers.</returns>
    /// <exception cref="InvalidOperationException"><see cref="Fit"/> was not called.</exception>
    /// <exception cref="ArgumentException">X does not have the columns that Fit saw.</exception>
    public Tensor InverseTransform(Tensor X) =>
        ScalerTable.Apply(X, Fitted(minimum), Ranges(), (X, minimum, range) => ((X - low) / (high - low) * range) + minimum);

    internal override void WriteState(Utf8JsonWriter json)
    {
        Write(json, "limits", [low, high]);
        json.WriteBoolean("clip", Clip);
        Write(json, "minimum", minimum!);
        Write(json, "maximum", maximum!);
    }

    internal override void ReadState(JsonElement json)
    {
        var (limits, least, most) = (Numbers(json, "limits"), Numbers(json, "minimum"), Numbers(json, "maximum"));

        if (limits is not [var first, var second] || !(first < second) || least.Length != most.Length)
        {
            throw new FormatException("'limits', 'minimum' and 'maximum' do not fit together.");
        }

        Clip = json.GetProperty("clip").GetBoolean();
        (low, high, minimum, maximum) = (first, second, least, most);
    }

    private double[] Ranges() => [.. Fitted(minimum).Zip(Fitted(maximum), (least, most) => most == least ? 1 : most - least)];

    private double[] Fitted(double[]? limits)
    {
        RequireFitted();
        return limits!;
    }
}
