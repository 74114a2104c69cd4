using System.Runtime.CompilerServices;

namespace DeepLearningCourse.Optimization;

/// <summary>One number for all groups of an optimizer, or one for each: <c>0.1</c> or <c>[0.1, 0.01]</c>.</summary>
[CollectionBuilder(typeof(PerGroup), nameof(Create))]
public readonly struct PerGroup : IEquatable<PerGroup>
{
    private readonly double common;
    private readonly double[]? numbers;

    private PerGroup(double common, double[]? numbers) => (this.common, this.numbers) = (common, numbers);

    /// <summary>One number for all groups.</summary>
    /// <param name="number">The number.</param>
    public static implicit operator PerGroup(double number) => new(number, null);

    /// <summary>A number for each group.</summary>
    /// <param name="numbers">The numbers, in the order of the groups.</param>
    public static implicit operator PerGroup(double[] numbers) => Create(numbers);

    /// <summary>Whether both hold the same numbers.</summary>
    /// <param name="left">The one.</param>
    /// <param name="right">The other.</param>
    public static bool operator ==(PerGroup left, PerGroup right) => left.Equals(right);

    /// <summary>Whether they hold different numbers.</summary>
    /// <param name="left">The one.</param>
    /// <param name="right">The other.</param>
    public static bool operator !=(PerGroup left, PerGroup right) => !left.Equals(right);

    /// <summary>A number for each group.</summary>
    /// <param name="numbers">The numbers, in the order of the groups.</param>
    public static PerGroup Create(ReadOnlySpan<double> numbers) => new(0, numbers.ToArray());

    /// <summary>The numbers; a single one if it is for all groups.</summary>
    public IEnumerator<double> GetEnumerator() => ((IEnumerable<double>)Numbers).GetEnumerator();

    /// <summary>Whether both hold the same numbers.</summary>
    /// <param name="other">The other.</param>
    public bool Equals(PerGroup other) => (numbers is null) == (other.numbers is null) && Numbers.AsSpan().SequenceEqual(other.Numbers);

    /// <inheritdoc/>
    public override bool Equals(object? obj) => obj is PerGroup other && Equals(other);

    /// <inheritdoc/>
    public override int GetHashCode()
    {
        HashCode hash = default;

        foreach (var number in Numbers)
        {
            hash.Add(number);
        }

        return hash.ToHashCode();
    }

    internal double[] Numbers => numbers ?? [common];

    /// <summary>A number for each of so many groups.</summary>
    /// <exception cref="ArgumentException">There are other numbers of them.</exception>
    internal double[] For(int groups, string name) => numbers is null ? [.. Enumerable.Repeat(common, groups)]
        : numbers.Length == groups ? [.. numbers]
        : throw new ArgumentException($"{name} has {numbers.Length} numbers, and the optimizer has {groups} parameter groups. Give one for each, or one for all.", name);
}
