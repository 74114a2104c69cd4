namespace DeepLearningCourse.Parquet.Format;

/// <summary>The values of a column in a row group, without the nulls.</summary>
/// <param name="Present">The values that are there, in their order.</param>
/// <param name="Levels">For each row 1 if its value is there, 0 if it is null; null itself if the column cannot have nulls.</param>
internal sealed record ColumnValues<T>(T[] Present, int[]? Levels)
{
    /// <summary>Each row's number, and where its value is in <see cref="Present"/>: -1 for a null.</summary>
    public IEnumerable<(int Row, int Value)> Rows
    {
        get
        {
            var next = 0;

            for (var row = 0; row < (Levels?.Length ?? Present.Length); row++)
            {
                yield return (row, Levels is null || Levels[row] == 1 ? next++ : -1);
            }
        }
    }
}
