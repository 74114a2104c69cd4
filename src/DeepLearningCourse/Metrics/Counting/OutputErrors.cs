using static TorchSharp.torch;

namespace DeepLearningCourse.Metrics.Counting;

/// <summary>For each output of a regression the squared errors, and how far the targets lie from their mean.</summary>
/// <remarks>Means and squares of batches are joined as Chan, Golub and LeVeque do, which does not cancel where targets are large and close together.</remarks>
internal sealed class OutputErrors
{
    private double[] residuals = [];
    private double[] means = [];
    private double[] squares = [];

    /// <summary>The number of samples.</summary>
    public long Count { get; private set; }

    /// <summary>The sum of squared errors of each output.</summary>
    public IReadOnlyList<double> Residuals => residuals;

    /// <summary>The sum of the targets' squared distances from their mean, for each output.</summary>
    public IReadOnlyList<double> Squares => squares;

    /// <summary>Measures a batch. To be used inside a dispose scope.</summary>
    public static OutputErrors Of(Tensor predictions, Tensor targets)
    {
        BatchShapes.RequireValues(predictions, targets);
        if (predictions.numel() == 0)
        {
            return new OutputErrors();
        }

        var predicted = TensorNumbers.Precise(predictions);
        var actual = BatchShapes.Rows(TensorNumbers.Precise(targets).to(predicted.device).reshape(predicted.shape));

        // Distances from the first row are exactly 0 where an output is constant, and so is then all that follows.
        var first = actual[0];
        var distances = actual - first;
        var mean = distances.mean([0]);
        return new OutputErrors
        {
            Count = actual.shape[0],
            residuals = TensorNumbers.Doubles((BatchShapes.Rows(predicted) - actual).square().sum(dim: 0)),
            means = TensorNumbers.Doubles(first + mean),
            squares = TensorNumbers.Doubles((distances - mean).square().sum(dim: 0)),
        };
    }

    public void Merge(OutputErrors other)
    {
        if (Count > 0 && other.Count > 0 && other.means.Length != means.Length)
        {
            throw new ArgumentException($"There are {other.means.Length} outputs (in dimension 1), and there were {means.Length} before.", nameof(other));
        }

        if (other.Count == 0)
        {
            return;
        }

        if (Count == 0)
        {
            (Count, residuals, means, squares) = (other.Count, [.. other.residuals], [.. other.means], [.. other.squares]);
            return;
        }

        var share = (double)other.Count / (Count + other.Count);
        for (var o = 0; o < means.Length; o++)
        {
            var distance = other.means[o] - means[o];
            residuals[o] += other.residuals[o];
            squares[o] += other.squares[o] + (distance * distance * Count * share);
            means[o] += distance * share;
        }

        Count += other.Count;
    }

    public void Reset() => (Count, residuals, means, squares) = (0, [], [], []);

    public Dictionary<string, double[]> Write() => new()
    {
        ["count"] = [Count],
        ["residuals"] = [.. residuals],
        ["means"] = [.. means],
        ["squares"] = [.. squares],
    };

    public void Read(MetricState state)
    {
        var newResiduals = state.Numbers("residuals");
        var count = state.Count("count");
        if ((count == 0) != (newResiduals.Length == 0))
        {
            throw MetricState.Wrong($"it has {count} samples of {newResiduals.Length} outputs");
        }

        (Count, residuals, means, squares) = (
            count, newResiduals, state.Numbers("means", newResiduals.Length), state.Numbers("squares", newResiduals.Length));
    }
}
