namespace DeepLearningCourse.Parquet.Format;

/// <summary>Told what a <see cref="ThriftReader"/> comes by.</summary>
internal abstract class ThriftVisitor
{
    /// <summary>A structure begins.</summary>
    public virtual void Begin(string structure)
    {
    }

    /// <summary>A whole number, or the truth of a boolean as 1 or 0, in a field of a structure.</summary>
    public abstract void Number(string structure, int field, long value);
}
