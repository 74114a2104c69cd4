using System.Globalization;
using static TorchSharp.torch;

namespace DeepLearningCourse.Metrics.Counting;

/// <summary>The scores and targets of all samples: curves over thresholds cannot be had for less.</summary>
internal sealed class ScoreTable(bool onlyYesNo, long ignoreIndex)
{
    private readonly List<double> scores = [];
    private readonly List<int> targets = [];
    private bool multiLabel;

    /// <summary>Scores per sample: 1 for a yes-or-no question, otherwise one per class or label; 0 before the first batch.</summary>
    public int Columns { get; private set; }

    public int Samples => Columns == 0 ? 0 : scores.Count / Columns;

    /// <summary>Keeps a batch. To be used inside a dispose scope.</summary>
    public void Add(Tensor predictions, Tensor actual)
    {
        var kind = BatchShapes.KindOf(predictions, actual);
        if (kind == BatchKind.Labels)
        {
            throw new ArgumentException("The predictions are whole numbers, and thresholds need probabilities or other scores.", nameof(predictions));
        }

        var ofLabels = kind == BatchKind.MultiLabel;
        var classes = kind == BatchKind.Classes ? predictions.shape[1] : 2;
        var rows = BatchShapes.Rows(predictions);

        // Two classes are one yes-or-no question, whose answer is the probability of class 1.
        var columns = kind == BatchKind.Classes && classes == 2 ? rows.slice(1, 1, 2, 1) : rows;
        var truths = ClassNumbers.Actual(ofLabels ? BatchShapes.Rows(actual) : actual, ignoreIndex, classes);
        var numbers = TensorNumbers.Doubles(columns);
        if (numbers.Length > 0)
        {
            RequireNumbers(numbers, truths);
            Require((int)columns.shape[1], ofLabels);
            Append(numbers, truths);
        }
    }

    public void Merge(ScoreTable other)
    {
        if (other.Samples > 0)
        {
            Require(other.Columns, other.multiLabel);
            scores.AddRange([.. other.scores]);
            targets.AddRange([.. other.targets]);
        }
    }

    public void Reset()
    {
        scores.Clear();
        targets.Clear();
        (Columns, multiLabel) = (0, false);
    }

    /// <summary>The ranking of one column: class or label c against all others.</summary>
    public Ranking Ranked(int column)
    {
        List<double> ofColumn = new(Samples);
        List<int> yes = new(Samples);
        for (var sample = 0; sample < Samples; sample++)
        {
            if (IsYes(sample, column) is { } answer)
            {
                ofColumn.Add(scores[(sample * Columns) + column]);
                yes.Add(answer ? 1 : 0);
            }
        }

        return new Ranking([.. ofColumn], [.. yes]);
    }

    /// <summary>The ranking of all columns in one.</summary>
    public Ranking RankedTogether()
    {
        List<double> all = new(scores.Count);
        List<int> yes = new(scores.Count);
        for (var i = 0; i < scores.Count; i++)
        {
            if (IsYes(i / Columns, i % Columns) is { } answer)
            {
                all.Add(scores[i]);
                yes.Add(answer ? 1 : 0);
            }
        }

        return new Ranking([.. all], [.. yes]);
    }

    public Dictionary<string, double[]> Write() => new()
    {
        ["scores"] = [.. scores],
        ["targets"] = [.. targets.Select(target => (double)target)],
        ["columns"] = [Columns],
        ["multiLabel"] = [multiLabel ? 1 : 0],
    };

    public void Read(MetricState state)
    {
        var (newScores, columns, ofLabels) = (state.Numbers("scores"), state.Count("columns"), state.Flag("multiLabel"));
        var samples = columns == 0 ? 0 : newScores.Length / columns;
        if (columns > (onlyYesNo ? 1 : int.MaxValue) || samples * columns != newScores.Length || newScores.Any(double.IsNaN))
        {
            throw MetricState.Wrong(string.Create(CultureInfo.InvariantCulture, $"its {newScores.Length} scores are not rows of {columns} for this metric"));
        }

        var newTargets = state.Numbers("targets", ofLabels ? newScores.Length : (int)samples);
        var last = ofLabels || columns == 1 ? 1 : columns - 1;
        if (newTargets.Any(target => !(target >= (ofLabels ? ClassNumbers.Ignored : 0) && target <= last && target == Math.Floor(target))))
        {
            throw MetricState.Wrong("a target is no class of it");
        }

        Reset();
        (Columns, multiLabel) = ((int)columns, ofLabels);
        scores.AddRange(newScores);
        targets.AddRange(newTargets.Select(target => (int)target));
    }

    private bool? IsYes(int sample, int column)
    {
        var target = targets[multiLabel ? (sample * Columns) + column : sample];
        return target == ClassNumbers.Ignored ? null
            : multiLabel || Columns == 1 ? target == 1
            : target == column;
    }

    private void Require(int columns, bool ofLabels)
    {
        if (onlyYesNo && columns > 1)
        {
            throw new ArgumentException(
                $"There are {Describe(columns, ofLabels)}, and {nameof(Averaging)}.{nameof(Averaging.Binary)} is for one yes-or-no question. Choose average: "
                + $"{nameof(Averaging)}.{nameof(Averaging.Macro)}.");
        }

        if (Columns != 0 && (columns != Columns || ofLabels != multiLabel))
        {
            throw new ArgumentException($"There are {Describe(columns, ofLabels)}, and before there were {Describe(Columns, multiLabel)}.");
        }

        (Columns, multiLabel) = (columns, ofLabels);
    }

    private void Append(double[] numbers, long[] truths)
    {
        for (var i = 0; i < truths.Length; i++)
        {
            if (multiLabel)
            {
                targets.Add((int)truths[i]);
                scores.Add(numbers[i]);
            }
            else if (truths[i] != ClassNumbers.Ignored)
            {
                targets.Add((int)truths[i]);
                scores.AddRange(numbers.AsSpan(i * Columns, Columns));
            }
        }
    }

    private static void RequireNumbers(double[] numbers, long[] truths)
    {
        var perTruth = numbers.Length / truths.Length;
        var wrong = Array.FindIndex(numbers, double.IsNaN);
        while (wrong >= 0)
        {
            if (truths[wrong / perTruth] != ClassNumbers.Ignored)
            {
                throw new ArgumentException($"The score of target {wrong / perTruth} is NaN, which has no place in an order.", nameof(numbers));
            }

            wrong = Array.FindIndex(numbers, wrong + 1, double.IsNaN);
        }
    }

    private static string Describe(int columns, bool ofLabels) =>
        ofLabels ? $"{columns} labels per sample" : columns == 1 ? "2 classes" : $"{columns} classes";
}
