namespace DeepLearningCourse.Optimization.Scheduling;

/// <summary>The triangles of a cyclic schedule.</summary>
internal sealed class Cycle(int stepsUp, int stepsDown, CyclicMode mode, double gamma, Func<long, double>? scale)
{
    private readonly double total = (double)stepsUp + stepsDown;
    private readonly double upShare = stepsUp / ((double)stepsUp + stepsDown);

    /// <summary>How high above the base a step is.</summary>
    public double Height(long step, double amplitude)
    {
        var cycle = Math.Floor(1 + (step / total));
        var x = 1 + (step / total) - cycle;
        var share = x <= upShare ? x / upShare : (x - 1) / (upShare - 1);
        return amplitude * share * Scale(step, (long)cycle);
    }

    private double Scale(long step, long cycle) => scale is not null ? scale(cycle) : mode switch
    {
        CyclicMode.Triangular2 => 1 / Math.Pow(2, cycle - 1),
        CyclicMode.ExpRange => Math.Pow(gamma, step),
        _ => 1,
    };
}
