using System.Text.Json;
using static TorchSharp.torch;

namespace DeepLearningCourse.Data;

/// <summary>Moves and scales each column to mean 0 and standard deviation 1, as measured on the training rows.</summary>
/// <remarks>
/// <para>Follows scikit-learn's
/// <see href="https://scikit-learn.org/stable/modules/generated/sklearn.preprocessing.StandardScaler.html">StandardScaler</see>: the
/// standard deviation divides by the number of rows, and a constant column is moved but scaled by 1.</para>
/// <para>Call <see cref="Fit"/> with the training rows only: statistics of test rows are not known when the model is used.
/// It computes in float64 and holds plain numbers, so there is nothing to dispose.</para>
/// </remarks>
public sealed class StandardScaler : Preprocessor
{
    private double[]? mean;
    private double[]? scale;

    /// <inheritdoc/>
    public override bool IsFitted => mean is not null;

    /// <summary>The mean of each column.</summary>
    /// <exception cref="InvalidOperationException"><see cref="Fit"/> was not called.</exception>
    public IReadOnlyList<double> Mean => Fitted(mean);

    /// <summary>What each column is divided by: its standard deviation, or 1 where it is constant.</summary>
    /// <exception cref="InvalidOperationException"><see cref="Fit"/> was not called.</exception>
    public IReadOnlyList<double> Scale => Fitted(scale);

    /// <summary>Measures the mean and the standard deviation of each column.</summary>
    /// <param name="X">Training rows, <c>[rows, columns]</c>, any real dtype.</param>
    /// <returns>This scaler.</returns>
    /// <exception cref="ArgumentException">X is not [rows, columns], has no rows, or holds NaN or an infinity.</exception>
    public StandardScaler Fit(Tensor X)
    {
        var table = ScalerTable.Measurable(X);
        var (rows, columns) = (X.shape[0], (int)X.shape[1]);
        var means = new double[columns];
        var scales = new double[columns];

        for (var i = 0; i < table.Length; i++)
        {
            means[i % columns] += table[i] / rows;
        }

        for (var i = 0; i < table.Length; i++)
        {
            var distance = table[i] - means[i % columns];
            scales[i % columns] += distance * distance / rows;
        }

        for (var c = 0; c < columns; c++)
        {
            scales[c] = IsConstant(scales[c], means[c], rows) ? 1 : Math.Sqrt(scales[c]);
        }

        (mean, scale) = (means, scales);
        return this;
    }

    /// <summary>Scales rows with the statistics of <see cref="Fit"/>: (X - mean) / scale.</summary>
    /// <param name="X"><c>[rows, columns]</c>, with the columns of Fit in their order.</param>
    /// <returns>A new tensor <c>[rows, columns]</c>, of X's dtype and device; float32 if X holds whole numbers.</returns>
    /// <exception cref="InvalidOperationException"><see cref="Fit"/> was not called.</exception>
    /// <exception cref="ArgumentException">X does not have the columns that Fit saw.</exception>
    public Tensor Transform(Tensor X) => ScalerTable.Apply(X, Fitted(mean), Fitted(scale), static (X, mean, scale) => (X - mean) / scale);

    /// <summary>Fits to the rows and scales them.</summary>
    /// <param name="X">Training rows, <c>[rows, columns]</c>.</param>
    /// <returns>A new tensor <c>[rows, columns]</c>, as <see cref="Transform"/> returns.</returns>
    /// <exception cref="ArgumentException">X is not [rows, columns], has no rows, or holds NaN or an infinity.</exception>
    public Tensor FitTransform(Tensor X) => Fit(X).Transform(X);

    /// <summary>Undoes <see cref="Transform"/>: X · scale + mean.</summary>
    /// <param name="X">Scaled rows, <c>[rows, columns]</c>.</param>
    /// <returns>A new tensor <c>[rows, columns]</c>, of X's dtype and device; float32 if X holds whole numbers.</returns>
    /// <exception cref="InvalidOperationException"><see cref="Fit"/> was not called.</exception>
    /// <exception cref="ArgumentException">X does not have the columns that Fit saw.</exception>
    public Tensor InverseTransform(Tensor X) => ScalerTable.Apply(X, Fitted(mean), Fitted(scale), static (X, mean, scale) => (X * scale) + mean);

    internal override void WriteState(Utf8JsonWriter json)
    {
        Write(json, "mean", mean!);
        Write(json, "scale", scale!);
    }

    internal override void ReadState(JsonElement json)
    {
        var (means, scales) = (Numbers(json, "mean"), Numbers(json, "scale"));
        (mean, scale) = means.Length == scales.Length && scales.All(s => s != 0) ? (means, scales) : throw new FormatException("'mean' and 'scale' do not fit together.");
    }

    // Rounding leaves a constant column a variance a little above 0; the bound is scikit-learn's.
    private static bool IsConstant(double variance, double mean, long rows)
    {
        const double epsilon = 2.220446049250313e-16;
        var rounding = rows * mean * epsilon;
        return variance <= (rows * epsilon * variance) + (rounding * rounding);
    }

    private double[] Fitted(double[]? statistics)
    {
        RequireFitted();
        return statistics!;
    }
}
