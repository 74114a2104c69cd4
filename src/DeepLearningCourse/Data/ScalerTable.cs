using static TorchSharp.torch;

namespace DeepLearningCourse.Data;

/// <summary>Tables as scalers take them.</summary>
internal static class ScalerTable
{
    public static void Require(Tensor X)
    {
        ArgumentNullException.ThrowIfNull(X);

        if (X.dim() != 2)
        {
            throw new ArgumentException($"X is {Shapes.Text(X)} and must be [rows, columns]. Use reshape(-1, columns), or unsqueeze(1) for a single column.");
        }
    }

    /// <summary>The numbers of a table to be fitted on, row by row; each is finite and there is at least one row.</summary>
    public static double[] Measurable(Tensor X)
    {
        Require(X);

        if (X.shape[0] == 0)
        {
            throw new ArgumentException($"X is {Shapes.Text(X)}, without rows: there is nothing to measure.");
        }

        using var scope = NewDisposeScope();
        var table = X.detach().to(float64, CPU).contiguous().data<double>().ToArray();
        var columns = X.shape[1];

        for (var i = 0; i < table.Length; i++)
        {
            if (!double.IsFinite(table[i]))
            {
                throw new ArgumentException(
                    FormattableString.Invariant($"X holds {table[i]} at row {i / columns}, column {i % columns} (counted from 0). Drop the row or fill the value in before Fit."));
            }
        }

        return table;
    }

    /// <summary>Reckons in float64 with one number per column, and gives X's own dtype back, or float32 for whole numbers.</summary>
    public static Tensor Apply(Tensor X, double[] first, double[] second, Func<Tensor, Tensor, Tensor, Tensor> formula)
    {
        Require(X);

        if (X.shape[1] != first.Length)
        {
            throw new ArgumentException($"X is {Shapes.Text(X)} and Fit saw {first.Length} columns. Give it the same columns, in the same order.");
        }

        using var scope = NewDisposeScope();
        var result = formula(X.to(float64), tensor(first, device: X.device), tensor(second, device: X.device));
        return result.to(X.is_floating_point() ? X.dtype : float32).MoveToOuterDisposeScope();
    }
}
