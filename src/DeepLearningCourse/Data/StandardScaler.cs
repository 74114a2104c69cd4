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
public sealed class StandardScaler
{
    private double[]? mean;
    private double[]? scale;

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
        RequireTable(X);
        var (rows, columns) = (X.shape[0], (int)X.shape[1]);

        if (rows == 0)
        {
            throw new ArgumentException($"X is {Shapes.Text(X)}, without rows: there is nothing to measure.");
        }

        var table = Values(X);
        var means = new double[columns];
        var scales = new double[columns];

        for (var i = 0; i < table.Length; i++)
        {
            if (!double.IsFinite(table[i]))
            {
                throw new ArgumentException(
                    FormattableString.Invariant($"X holds {table[i]} at row {i / columns}, column {i % columns} (counted from 0). Drop the row or fill the value in before Fit."));
            }

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
    public Tensor Transform(Tensor X) => Apply(X, static (X, mean, scale) => (X - mean) / scale);

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
    public Tensor InverseTransform(Tensor X) => Apply(X, static (X, mean, scale) => (X * scale) + mean);

    private Tensor Apply(Tensor X, Func<Tensor, Tensor, Tensor, Tensor> formula)
    {
        var (means, scales) = (Fitted(mean), Fitted(scale));
        RequireTable(X);

        if (X.shape[1] != means.Length)
        {
            throw new ArgumentException($"X is {Shapes.Text(X)} and Fit saw {means.Length} columns. Give it the same columns, in the same order.");
        }

        using var scope = NewDisposeScope();
        var result = formula(X.to(float64), tensor(means, device: X.device), tensor(scales, device: X.device));
        return result.to(X.is_floating_point() ? X.dtype : float32).MoveToOuterDisposeScope();
    }

    private static double[] Values(Tensor X)
    {
        using var scope = NewDisposeScope();
        return X.detach().to(float64, CPU).contiguous().data<double>().ToArray();
    }

    // Rounding leaves a constant column a variance a little above 0; the bound is scikit-learn's.
    private static bool IsConstant(double variance, double mean, long rows)
    {
        const double epsilon = 2.220446049250313e-16;
        var rounding = rows * mean * epsilon;
        return variance <= (rows * epsilon * variance) + (rounding * rounding);
    }

    private static double[] Fitted(double[]? statistics) =>
        statistics ?? throw new InvalidOperationException("The scaler has not measured any data yet. Call Fit with the training rows first.");

    private static void RequireTable(Tensor X)
    {
        ArgumentNullException.ThrowIfNull(X);

        if (X.dim() != 2)
        {
            throw new ArgumentException($"X is {Shapes.Text(X)} and must be [rows, columns]. Use reshape(-1, columns), or unsqueeze(1) for a single column.");
        }
    }
}
