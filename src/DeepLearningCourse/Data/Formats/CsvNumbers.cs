namespace DeepLearningCourse.Data.Formats;

/// <summary>A column of numbers.</summary>
internal sealed class CsvNumbers(int position, string name, MissingValue missing, CsvFit? like) : CsvColumn(position, name, missing)
{
    private readonly List<float> values = [];
    private float current;
    private bool hasGaps;
    private double? fill = like?.Fill;

    public override IReadOnlyList<string> Outputs { get; } = [name];

    public override CsvFit Fit => new(fill, null);

    public IReadOnlyList<float> Values => values;

    public override bool Read(CsvRows rows)
    {
        // A number that was read is never NaN, so that stands for a gap.
        current = rows.IsMissing(Position) ? float.NaN : rows.Number(Position);
        return !float.IsNaN(current) || MayFill(rows);
    }

    public override void Keep()
    {
        values.Add(current);
        hasGaps |= float.IsNaN(current);
    }

    public override void Finish(string path)
    {
        if (Missing.Kind is MissingValueKind.Refuse or MissingValueKind.DropRow)
        {
            return;
        }

        fill ??= WorkOut(path);

        for (var i = 0; hasGaps && i < values.Count; i++)
        {
            values[i] = float.IsNaN(values[i]) ? (float)fill.Value : values[i];
        }
    }

    public override void Write(int row, Span<float> target) => target[0] = values[row];

    private double WorkOut(string path)
    {
        var known = values.Where(value => !float.IsNaN(value)).Select(value => (double)value).Order().ToArray();

        if (known.Length == 0 && Missing.Kind != MissingValueKind.Constant)
        {
            throw new InvalidDataException($"{path}, column '{Name}': all cells are empty, so there is no {Missing} to fill in. Leave the column out of the features, or use MissingValue.Constant.");
        }

        return Missing.Kind switch
        {
            MissingValueKind.Mean => known.Average(),
            MissingValueKind.Median => (known[(known.Length - 1) / 2] + known[known.Length / 2]) / 2,
            MissingValueKind.MostFrequent => known.CountBy(value => value).MaxBy(pair => pair.Value).Key,
            _ => Missing.ConstantValue,
        };
    }
}
