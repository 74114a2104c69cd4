using DeepLearningCourse.Optimization;
using TorchSharp.Modules;
using static TorchSharp.torch;

namespace DeepLearningCourse.Training;

/// <summary>From losses to changed weights: gradients of one batch or several, clipping, the optimizer's step, its schedule.</summary>
/// <param name="optimizer">The optimizer.</param>
/// <param name="schedule">What changes its learning rate.</param>
/// <param name="options">How to train.</param>
/// <param name="precision">What the precision asks.</param>
/// <param name="isSum">Whether losses are sums over the samples.</param>
internal sealed class GradientStep(
    optim.Optimizer optimizer, Schedule? schedule, TrainerOptions options, PrecisionPolicy precision, bool isSum)
{
    private readonly List<Parameter> parameters = [.. optimizer.parameters()];

    public optim.Optimizer Optimizer => optimizer;

    public Schedule? Schedule => schedule;

    public PrecisionPolicy Precision => precision;

    /// <summary>The parameters that the optimizer changes.</summary>
    public IReadOnlyList<Parameter> Parameters => parameters;

    /// <summary>What the gradients so far are to be divided by.</summary>
    public double Weight { get; private set; }

    /// <summary>The batches that wait for their step.</summary>
    public int Batches { get; private set; }

    /// <summary>Whether an optimizer computes the loss several times in a step.</summary>
    public static bool NeedsClosure(optim.Optimizer optimizer) => optimizer is LBFGSOptimizer or LBFGS;

    /// <summary>Goes on with gradients that were there.</summary>
    public void GoOn(int batches, double weight) => (Batches, Weight) = (batches, weight);

    /// <summary>The slides' <c>zero_grad()</c>, before the first batch of a step.</summary>
    public void Begin()
    {
        if (Batches == 0)
        {
            optimizer.zero_grad();
            Weight = 0;
        }
    }

    /// <summary>Adds the gradients of a batch.</summary>
    /// <param name="loss">The batch's loss.</param>
    /// <param name="weight">What its mean was divided by; of no account where each batch makes a step.</param>
    public void Backward(Tensor loss, double weight)
    {
        Batches++;

        if (options.BatchesPerStep == 1 || isSum)
        {
            precision.Backward(loss);
            Weight = 1;
        }
        else
        {
            // The mean over all batches is known with the last of them: until then gradients are of sums.
            using var weighted = loss * weight;
            precision.Backward(weighted);
            Weight += weight;
        }
    }

    /// <summary>Changes the weights.</summary>
    /// <param name="place">Where the loop is.</param>
    /// <param name="totals">Gets the norm of the gradients.</param>
    /// <param name="ready">Is called with complete gradients; null if nobody waits for them.</param>
    /// <param name="again">Computes the loss of the batch again; for LBFGS.</param>
    /// <returns>Whether there was a step: one of float16 that overflowed is left out.</returns>
    public bool Finish(Place place, EpochTotals totals, Action? ready, Func<Tensor>? again)
    {
        Batches = 0;

        if ((LooksAtGradients || ready is not null) && precision.Unscale(optimizer))
        {
            Prepare(place, totals, ready);
        }

        if (again is null ? !precision.Step(optimizer) : !StepWith(again))
        {
            return false;
        }

        if (schedule is not null && options.ScheduleEvery == TrainingInterval.Step)
        {
            schedule.Step();
        }

        return true;
    }

    /// <summary>Makes the schedule's step of an epoch.</summary>
    /// <param name="metric">What was measured; null if the epoch had no validation, of which a schedule that watches it takes no note.</param>
    public void EndEpoch(double? metric)
    {
        if (schedule is null || options.ScheduleEvery != TrainingInterval.Epoch)
        {
            return;
        }

        if (!schedule.NeedsMetric)
        {
            schedule.Step();
        }
        else if (metric is { } value)
        {
            schedule.Step(value);
        }
    }

    private bool LooksAtGradients => Weight is not 1 || options.ClipValue is not null || options.ClipNorm is not null;

    private void Prepare(Place place, EpochTotals totals, Action? ready)
    {
        if (Weight is not 1 and > 0)
        {
            Gradients.Scale(parameters, 1 / Weight);
        }

        ready?.Invoke();

        if (options.ClipValue is { } most)
        {
            Gradients.ClipValue(parameters, most);
        }

        if (options.ClipNorm is { } norm)
        {
            var before = Gradients.ClipNorm(parameters, norm);
            totals.NormSum += double.IsFinite(before) ? before : throw place.Error(
                "the gradients are not finite, while the loss is: the weights are about to grow too large. Use a smaller learning rate.");
        }
    }

    private bool StepWith(Func<Tensor> again)
    {
        using var first = optimizer.step(again);
        return true;
    }
}
