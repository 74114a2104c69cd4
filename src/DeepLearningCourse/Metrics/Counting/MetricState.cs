using System.Globalization;

namespace DeepLearningCourse.Metrics.Counting;

/// <summary>Reads what a metric's state says, which may come from a damaged or foreign file.</summary>
internal sealed class MetricState
{
    private const double LargestCount = 1L << 53;

    private readonly IReadOnlyDictionary<string, double[]> state;

    public MetricState(IReadOnlyDictionary<string, double[]> state)
    {
        ArgumentNullException.ThrowIfNull(state);
        this.state = state;
    }

    /// <summary>The numbers under a key, copied.</summary>
    public double[] Numbers(string key) => state.TryGetValue(key, out var numbers) && numbers is not null
        ? [.. numbers]
        : throw Wrong($"it has no '{key}'");

    /// <summary>The numbers under a key, of which there must be so many.</summary>
    public double[] Numbers(string key, int length)
    {
        var numbers = Numbers(key);
        return numbers.Length == length
            ? numbers
            : throw Wrong(string.Create(CultureInfo.InvariantCulture, $"'{key}' has {numbers.Length} numbers instead of {length}"));
    }

    /// <summary>The one number under a key.</summary>
    public double Number(string key) => Numbers(key, 1)[0];

    /// <summary>Whole numbers from 0.</summary>
    public long[] Counts(string key) => Array.ConvertAll(Numbers(key), number => Whole(key, number));

    /// <summary>Whole numbers from 0, of which there must be so many.</summary>
    public long[] Counts(string key, int length) => Array.ConvertAll(Numbers(key, length), number => Whole(key, number));

    /// <summary>One whole number from 0.</summary>
    public long Count(string key) => Whole(key, Number(key));

    /// <summary>A yes or no, as 1 or 0.</summary>
    public bool Flag(string key) => Number(key) switch
    {
        0 => false,
        1 => true,
        _ => throw Wrong($"'{key}' is neither 0 nor 1"),
    };

    public static ArgumentException Wrong(string reason) =>
        new($"This is no state of a metric of this type and these options: {reason}.");

    private static long Whole(string key, double number) => number is >= 0 and <= LargestCount && number == Math.Floor(number)
        ? (long)number
        : throw Wrong(string.Create(CultureInfo.InvariantCulture, $"'{key}' holds {number}, which is no count"));
}
