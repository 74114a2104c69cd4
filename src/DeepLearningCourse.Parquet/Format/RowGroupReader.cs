using DeepLearningCourse.Data;

namespace DeepLearningCourse.Parquet.Format;

/// <summary>Reads the chosen columns of one row group, and decides about missing values.</summary>
internal sealed class RowGroupReader(ParquetFile file, int group, MissingValue missing, bool roundWholeNumbers)
{
    // float32 has all whole numbers up to here.
    private const float LastWhole = 1 << 24;

    private bool[] isDropped = [];

    public RowGroupRows<float> ReadNumbers(IReadOnlyList<string> features, string target) => Read(features, target, NumberTargets);

    public RowGroupRows<long> ReadClasses(IReadOnlyList<string> features, string target) => Read(features, target, ClassTargets);

    private RowGroupRows<TTarget> Read<TTarget>(IReadOnlyList<string> features, string target, Func<NumberColumn, TTarget[]> read)
    {
        var columns = features.Select(name => file.Columns[name]).ToArray();
        var targetColumn = file.Columns[target];
        file.RequireMemory(group, columns.Append(targetColumn));
        isDropped = new bool[file.RowCount(group)];

        if ((long)columns.Length * isDropped.Length > Array.MaxLength)
        {
            throw new InvalidDataException(
                $"{file.Path}, row group {group}: its {isDropped.Length} rows of {columns.Length} features are more than fit into one array. Write the file with smaller row groups.");
        }

        var table = new float[columns.Length * isDropped.Length];

        for (var c = 0; c < columns.Length; c++)
        {
            ReadFeature(columns[c], table, c, columns.Length);
        }

        return new RowGroupRows<TTarget>(table, read(targetColumn), isDropped);
    }

    private void ReadFeature(NumberColumn column, float[] table, int offset, int width)
    {
        var values = ReadSingles(column);

        foreach (var (row, at) in values.Rows)
        {
            var value = at < 0 ? float.NaN : values.Present[at];
            table[(row * width) + offset] = float.IsFinite(value) ? value : Feature(column, row, value);
        }
    }

    private float Feature(NumberColumn column, int row, float value)
    {
        if (!float.IsNaN(value))
        {
            throw BadValue(column, row, "the value is not a finite float32 number. Correct it, or leave the column out of the features.");
        }

        if (missing.Kind == MissingValueKind.Constant)
        {
            return (float)missing.ConstantValue;
        }

        isDropped[row] = missing.Kind == MissingValueKind.DropRow ? true : throw BadValue(
            column, row, "the value is missing. Choose MissingValue.DropRow to leave out such rows or MissingValue.Constant(value), or leave the column out of the features.");
        return 0;
    }

    private float[] NumberTargets(NumberColumn column)
    {
        var values = ReadSingles(column);
        var targets = new float[isDropped.Length];

        foreach (var (row, at) in values.Rows)
        {
            var value = at < 0 ? float.NaN : values.Present[at];
            targets[row] = float.IsInfinity(value) ? throw BadValue(column, row, "the target is not a finite float32 number. Correct it.") : value;

            if (float.IsNaN(value))
            {
                MissingTarget(column, row);
            }
        }

        return targets;
    }

    private long[] ClassTargets(NumberColumn column)
    {
        var values = column.ReadWholes(file, group);
        var targets = new long[isDropped.Length];

        foreach (var (row, at) in values.Rows)
        {
            if (at < 0 || values.Present[at].IsMissing)
            {
                MissingTarget(column, row);
            }
            else
            {
                targets[row] = values.Present[at].Value
                    ?? throw BadValue(column, row, "the value is not a whole number of 64 bits, as a class number must be. For other targets use ParquetRows.");
            }
        }

        return targets;
    }

    private ColumnValues<float> ReadSingles(NumberColumn column)
    {
        var values = column.ReadSingles(file, group);

        if (!roundWholeNumbers && column.HoldsWholes && values.Present.Any(value => MathF.Abs(value) >= LastWhole))
        {
            RequireExact(column, values);
        }

        return values;
    }

    private void RequireExact(NumberColumn column, ColumnValues<float> values)
    {
        var wholes = column.ReadWholes(file, group).Present;

        foreach (var (row, at) in values.Rows.Where(place => place.Value >= 0))
        {
            if (wholes[at].Value is { } whole && (Int128)values.Present[at] != whole)
            {
                throw BadValue(column, row, $"{whole} is a whole number that float32 does not have: it would become {(Int128)values.Present[at]}. "
                    + "Leave the column out, write a date in parts, or round such numbers with roundWholeNumbers: true.");
            }
        }
    }

    private void MissingTarget(NumberColumn column, int row) => isDropped[row] = missing.Kind == MissingValueKind.DropRow ? true : throw BadValue(
        column, row, "the target is missing. A target is never filled: choose MissingValue.DropRow to leave out such rows.");

    private InvalidDataException BadValue(NumberColumn column, int row, string what) =>
        new($"{file.Path}, row group {group}, row {row} (counted from 0), column '{column.Name}': {what}");
}
