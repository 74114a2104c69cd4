using System.Numerics;

namespace DeepLearningCourse.Data.Formats;

/// <summary>A column of numbers.</summary>
/// <typeparam name="T">The numbers of the table: float or double.</typeparam>
internal sealed class CsvNumbers<T>(int position, string name, MissingValue missing, CsvFit? like) : CsvColumn<T>(position, name, missing)
    where T : struct, IBinaryFloatingPointIeee754<T>
{
    private readonly List<T> values = [];
    private T current;
    private bool hasGaps;
    private double? fill = like?.Fill;

    public override IReadOnlyList<string> Outputs { get; } = [name];

    public override CsvFit Fit => new(fill, null);

    public IReadOnlyList<T> Values => values;

    public override bool Read(CsvRows rows)
    {
        // A number that was read is never NaN, so that stands for a gap.
        current = rows.IsMissing(Position) ? T.NaN : rows.Number<T>(Position);
        return !T.IsNaN(current) || MayFill(rows);
    }

    public override void Keep()
    {
        values.Add(current);
        hasGaps |= T.IsNaN(current);
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
            values[i] = T.IsNaN(values[i]) ? T.CreateChecked(fill.Value) : values[i];
        }
    }

    public override void Write(int row, Span<T> target) => target[0] = values[row];

    private double WorkOut(string path)
    {
        var known = values.Where(value => !T.IsNaN(value)).Select(value => double.CreateChecked(value)).Order().ToArray();

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
