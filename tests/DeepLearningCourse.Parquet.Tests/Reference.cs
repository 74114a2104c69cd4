using DeepLearningCourse.Data;

namespace DeepLearningCourse.Parquet.Tests;

/// <summary>The files that another library wrote, and what is in them.</summary>
internal static class Reference
{
    /// <summary>The types-*.parquet that are read whole.</summary>
    public static readonly string[] Readable = ["none", "snappy", "gzip", "zstd", "brotli", "lz4raw", "pages2", "delta", "delta-snappy"];

    /// <summary>Their columns of numbers without nulls, with the value of row i.</summary>
    public static readonly Dictionary<string, Func<int, double>> Numbers = new()
    {
        ["flag"] = i => i % 3 == 0 ? 1 : 0,
        ["i8"] = i => i - 50,
        ["u8"] = i => i + 150,
        ["i16"] = i => (i * 300) - 15000,
        ["u16"] = i => i * 600,
        ["i32"] = i => (i * 1000003) - 50000000,
        ["u32"] = i => i * 42000000.0,
        ["i64"] = i => (i - 50) * 1e11,
        ["u64"] = i => i * 1.8e17,
        ["f16"] = i => i * 0.5,
        ["f32"] = i => (i * 0.25) - 3,
        ["f64"] = i => i / 7.0,
        ["d9"] = i => (i - 50) * 1.25,
        ["d28"] = i => (i - 50) * 12345.678,
        ["class"] = i => i % 3,
    };

    public const int Rows = 100;

    public static string PathOf(string name) => Path.Combine(AppContext.BaseDirectory, "Reference", name);

    public static string Types(string variant) => PathOf($"types-{variant}.parquet");

    /// <summary>All rows of a stream, shard after shard.</summary>
    public static List<(float[] features, TTarget target)> ReadAll<TTarget>(this ParquetSamples<TTarget> rows, long epoch = 0) =>
        [.. Enumerable.Range(0, rows.ShardCount).SelectMany(shard => rows.Read(new Shard(shard, rows.ShardCount, seed: 1, epoch)))];
}
