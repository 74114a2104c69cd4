namespace DeepLearningCourse.Training.Tuning;

/// <summary>What a curve of losses over rates suggests, as fastai's functions do (<see href="https://docs.fast.ai/callback.schedule.html"/>).</summary>
internal static class RateSuggestions
{
    // Losses at the end are those of a network about to diverge.
    private const int LeftOutAtTheEnd = 5;

    /// <summary>The points that count: not the first tenth, whose mean has few losses in it, nor the last ones.</summary>
    public static IReadOnlyList<LearningRatePoint> Counted(IReadOnlyList<LearningRatePoint> points, int steps) =>
        [.. points.Skip(steps / 10).SkipLast(LeftOutAtTheEnd)];

    /// <summary>The rate at which the loss falls fastest over the logarithm of the rate; null if it never falls.</summary>
    public static double? Steepest(IReadOnlyList<LearningRatePoint> points)
    {
        var (best, slope) = ((double?)null, 0.0);

        for (var i = 0; i + 1 < points.Count; i++)
        {
            var next = (points[i + 1].SmoothedLoss - points[i].SmoothedLoss) / (Math.Log(points[i + 1].Rate) - Math.Log(points[i].Rate));

            if (next < slope)
            {
                (best, slope) = (points[i].Rate, next);
            }
        }

        return best;
    }

    /// <summary>A tenth of the rate with the smallest loss; null without points.</summary>
    public static double? MinimumTenth(IReadOnlyList<LearningRatePoint> points) =>
        points.Count == 0 ? null : points.MinBy(point => point.SmoothedLoss).Rate / 10;

    /// <summary>The rate in the middle of the longest descent: of the longest sequence of ever smaller losses, others in between left out. Null if there is none.</summary>
    public static double? Valley(IReadOnlyList<LearningRatePoint> points)
    {
        // How many losses the longest descent has that ends at each point.
        var lengths = new int[points.Count];
        var end = 0;

        for (var i = 0; i < points.Count; i++)
        {
            lengths[i] = 1;

            for (var j = 0; j < i; j++)
            {
                if (points[i].SmoothedLoss < points[j].SmoothedLoss)
                {
                    lengths[i] = Math.Max(lengths[i], lengths[j] + 1);
                }
            }

            if (lengths[i] > lengths[end])
            {
                end = i;
            }
        }

        if (points.Count == 0 || lengths[end] < 2)
        {
            return null;
        }

        // fastai looks at the middle of the second third of as many points as the descent has.
        var start = end - lengths[end];
        var third = (end - start) / 3.0;
        return points[Math.Max(0, start + (int)third + (int)(third / 2))].Rate;
    }
}
