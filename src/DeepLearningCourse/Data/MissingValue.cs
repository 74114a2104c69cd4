namespace DeepLearningCourse.Data;

/// <summary>What becomes of a cell that holds nothing.</summary>
public sealed record MissingValue
{
    private MissingValue(MissingValueKind kind, double constant = 0) => (Kind, ConstantValue) = (kind, constant);

    /// <summary>The file is refused, with the cell's line and column.</summary>
    public static MissingValue Refuse { get; } = new(MissingValueKind.Refuse);

    /// <summary>The whole row is left out.</summary>
    public static MissingValue DropRow { get; } = new(MissingValueKind.DropRow);

    /// <summary>The mean of the column's other cells; for numbers only.</summary>
    public static MissingValue Mean { get; } = new(MissingValueKind.Mean);

    /// <summary>The median of the column's other cells; for numbers only.</summary>
    public static MissingValue Median { get; } = new(MissingValueKind.Median);

    /// <summary>What the column holds most often; the first in order where several do.</summary>
    public static MissingValue MostFrequent { get; } = new(MissingValueKind.MostFrequent);

    /// <summary>Which of them it is, for whoever reads files of another format.</summary>
    public MissingValueKind Kind { get; }

    /// <summary>The number of <see cref="Constant"/>; 0 for the other kinds.</summary>
    public double ConstantValue { get; }

    /// <summary>Always the same number; for numbers only.</summary>
    /// <param name="value">The number.</param>
    /// <returns>What to do with the cell.</returns>
    public static MissingValue Constant(double value) => new(MissingValueKind.Constant, value);

    /// <summary>Its name.</summary>
    /// <returns>For instance <c>Mean</c>.</returns>
    public override string ToString() => Kind.ToString();
}
