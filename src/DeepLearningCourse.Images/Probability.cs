namespace DeepLearningCourse.Images;

/// <summary>What transforms require of a probability.</summary>
internal static class Probability
{
    public static double Require(double probability) => probability is >= 0 and <= 1
        ? probability
        : throw new ArgumentOutOfRangeException(nameof(probability), FormattableString.Invariant($"probability is {probability}: it must lie between 0 and 1."));
}
