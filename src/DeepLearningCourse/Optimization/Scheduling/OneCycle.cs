namespace DeepLearningCourse.Optimization.Scheduling;

/// <summary>The phases of one cycle: up, down, and with three of them further down.</summary>
internal sealed class OneCycle
{
    private readonly double[] ends;
    private readonly AnnealStrategy strategy;

    public OneCycle(int totalSteps, double pctStart, bool threePhase, AnnealStrategy strategy)
    {
        this.strategy = strategy;
        ends = threePhase
            ? [(pctStart * totalSteps) - 1, (2 * pctStart * totalSteps) - 2, totalSteps - 1]
            : [(pctStart * totalSteps) - 1, totalSteps - 1];
    }

    /// <summary>A value at a step, that begins at one, has its peak at the end of the first phase and ends at another.</summary>
    public double At(long step, double first, double peak, double last)
    {
        // In two phases the second goes all the way; in three it goes back to the first value.
        double[] corners = ends.Length == 2 ? [first, peak, last] : [first, peak, first, last];
        var start = 0.0;

        for (var phase = 0; phase < ends.Length; phase++)
        {
            if (step <= ends[phase] || phase == ends.Length - 1)
            {
                return Between(corners[phase], corners[phase + 1], (step - start) / (ends[phase] - start));
            }

            start = ends[phase];
        }

        return last;
    }

    private double Between(double from, double to, double share) => strategy == AnnealStrategy.Linear
        ? ((to - from) * share) + from
        : to + ((from - to) / 2 * (Math.Cos(Math.PI * share) + 1));
}
