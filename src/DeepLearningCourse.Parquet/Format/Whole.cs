namespace DeepLearningCourse.Parquet.Format;

/// <summary>A stored number as a whole one: it may be missing (NaN), or not be whole.</summary>
internal readonly record struct Whole(long? Value, bool IsMissing = false)
{
    public static implicit operator Whole(long value) => new(value);

    // 2^63 is the first double that a long cannot hold.
    public static Whole From(double value) =>
        double.IsInteger(value) && value is >= -9223372036854775808.0 and < 9223372036854775808.0 ? new Whole((long)value) : new Whole(null, double.IsNaN(value));
}
