using TorchSharp;
using static TorchSharp.torch;

namespace DeepLearningCourse.Optimization.Updates;

/// <summary>Looks along a direction for a point whose loss is low enough and whose slope is flat enough: the strong Wolfe conditions
/// (Nocedal and Wright, <i>Numerical Optimization</i>, algorithms 3.5 and 3.6), with PyTorch's constants and its rules against small steps.</summary>
/// <param name="evaluate">The loss and the gradient at a length.</param>
/// <param name="direction">The direction.</param>
/// <param name="toleranceChange">The smallest move of a parameter that is worth a trial.</param>
internal sealed class StrongWolfeSearch(Func<double, (double Loss, Tensor Gradient)> evaluate, Tensor direction, double toleranceChange)
{
    private const double Decrease = 1e-4;
    private const double Flattening = 0.9;
    private const int MostTrials = 25;

    private LinePoint start;
    private int trials;

    /// <summary>How often the loss was evaluated.</summary>
    public int Evaluations { get; private set; }

    /// <summary>The best point found.</summary>
    /// <param name="from">Where the search begins, at length 0.</param>
    /// <param name="length">The first length to try.</param>
    public LinePoint Run(LinePoint from, double length)
    {
        start = from;
        var (bracket, isFound) = Bracket(length);
        return isFound ? bracket[0] : Zoom(bracket);
    }

    /// <summary>Goes ahead until the point lies behind, which is between the two last ones, or is found.</summary>
    private (LinePoint[] Bracket, bool IsFound) Bracket(double length)
    {
        var last = start;
        var point = At(length);

        for (; trials < MostTrials; trials++)
        {
            if (IsTooHigh(point) || (trials > 1 && point.Loss >= last.Loss))
            {
                return ([last, point], false);
            }

            if (IsFlat(point))
            {
                return ([point], true);
            }

            if (point.Slope >= 0)
            {
                return ([last, point], false);
            }

            var next = Lowest(last, point, point.Length + (0.01 * (point.Length - last.Length)), point.Length * 10);
            (last, point) = (point, At(next));
        }

        return ([start, point], false);
    }

    /// <summary>Makes the bracket smaller until a point in it will do.</summary>
    private LinePoint Zoom(LinePoint[] bracket)
    {
        using var size = direction.abs().max();
        var largest = size.ToDouble();
        var low = Low(bracket);
        var wasNearEdge = false;

        while (trials < MostTrials && !(Math.Abs(bracket[1].Length - bracket[0].Length) * largest < toleranceChange))
        {
            var length = AwayFromEdges(bracket, ref wasNearEdge);
            var point = At(length);
            trials++;

            if (IsTooHigh(point) || point.Loss >= bracket[low].Loss)
            {
                bracket[1 - low] = point;
                low = Low(bracket);
                continue;
            }

            var isFound = IsFlat(point);

            if (!isFound && point.Slope * (bracket[1 - low].Length - bracket[low].Length) >= 0)
            {
                bracket[1 - low] = bracket[low];
            }

            bracket[low] = point;

            if (isFound)
            {
                break;
            }
        }

        return bracket[low];
    }

    private static double AwayFromEdges(LinePoint[] bracket, ref bool wasNearEdge)
    {
        var (first, last) = (Math.Min(bracket[0].Length, bracket[1].Length), Math.Max(bracket[0].Length, bracket[1].Length));
        var length = Lowest(bracket[0], bracket[1], first, last);
        var margin = 0.1 * (last - first);

        if (!(Math.Min(last - length, length - first) < margin))
        {
            wasNearEdge = false;
            return length;
        }

        // Once near an edge may be right; twice, or upon it, is no progress.
        if (!wasNearEdge && length < last && length > first)
        {
            wasNearEdge = true;
            return length;
        }

        wasNearEdge = false;
        return Math.Abs(length - last) < Math.Abs(length - first) ? last - margin : first + margin;
    }

    /// <summary>Where the cubic through two points with their slopes is lowest, within bounds.</summary>
    private static double Lowest(LinePoint a, LinePoint b, double from, double to)
    {
        var (left, right) = a.Length <= b.Length ? (a, b) : (b, a);
        var bend = left.Slope + right.Slope - (3 * (left.Loss - right.Loss) / (left.Length - right.Length));
        var square = (bend * bend) - (left.Slope * right.Slope);

        if (!(square >= 0))
        {
            return (from + to) / 2;
        }

        var root = Math.Sqrt(square);
        var share = (right.Slope + root - bend) / (right.Slope - left.Slope + (2 * root));
        return Math.Min(Math.Max(right.Length - ((right.Length - left.Length) * share), from), to);
    }

    private static int Low(LinePoint[] bracket) => bracket[0].Loss <= bracket[1].Loss ? 0 : 1;

    private bool IsTooHigh(LinePoint point) => point.Loss > start.Loss + (Decrease * point.Length * start.Slope);

    private bool IsFlat(LinePoint point) => Math.Abs(point.Slope) <= -Flattening * start.Slope;

    private LinePoint At(double length)
    {
        var (loss, gradient) = evaluate(length);
        Evaluations++;
        using var slope = gradient.dot(direction);
        return new LinePoint(length, loss, gradient, slope.ToDouble());
    }
}
