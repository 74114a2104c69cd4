using DeepLearningCourse.Metrics;
using DeepLearningCourse.Models;
using static TorchSharp.torch;

namespace DeepLearningCourse.Training;

/// <summary>The slides' inference over batches: <c>eval()</c>, <c>no_grad()</c>, forward, loss.</summary>
/// <param name="model">The network.</param>
/// <param name="work">What is done with a batch.</param>
/// <param name="options">Metrics, and whether the first batch is checked for silent mistakes.</param>
/// <param name="name">What the sentences call the data.</param>
internal sealed class EvaluationLoop<TBatch>(nn.Module model, BatchWork<TBatch> work, TrainerOptions options, string name)
{
    private readonly IReadOnlyList<Metric> metrics = options.Metrics;
    private bool checks = options.CheckFirstBatch;

    public Evaluation Run(BatchSource<TBatch> data, TrainingHistory history, CancellationToken cancellationToken)
    {
        if (metrics.Count == 0)
        {
            return Measure(data, history, cancellationToken);
        }

        // Evaluations of one trainer on several threads count with the same metrics.
        lock (metrics)
        {
            return Measure(data, history, cancellationToken);
        }
    }

    private Evaluation Measure(BatchSource<TBatch> data, TrainingHistory history, CancellationToken cancellationToken)
    {
        EpochTotals totals = new();
        var counter = work.NewCounter();
        var batch = 0;
        using var mode = new EvaluationMode(model);
        using var withoutGradients = no_grad();

        foreach (var metric in metrics)
        {
            metric.Reset();
        }

        foreach (var given in data.Epoch(0, cancellationToken))
        {
            cancellationToken.ThrowIfCancellationRequested();
            using var scope = NewDisposeScope();
            var place = new Place(0, ++batch, history, name);
            var moved = work.Move(given);
            var output = Loss(place, moved);
            var samples = output.Samples ?? work.Samples(moved);
            totals.Add(work.FiniteValue(place, moved, output.Loss), work.Weight(moved, output), samples, work.IsSum, null);
            counter?.Add(output);
            Measure(place, output);
        }

        data.Complete();
        return totals.Weight > 0
            ? new Evaluation(totals.MeanLoss, totals.Samples, counter?.Matrix) { Metrics = metrics.ToDictionary(metric => metric.Name, metric => metric.Value) }
            : throw Place.NoLoss($"The {name.ToLowerInvariant()} data", totals, history);
    }

    /// <summary>Forward and loss; the first time, predictions and targets are looked at as in training.</summary>
    private StepOutput Loss(Place place, TBatch batch)
    {
        if (!checks)
        {
            return work.Loss(place, batch, work.Phases - 1);
        }

        using FirstBatchCheck check = new(work.NewEvaluationCheck());
        var (features, targets) = work.Parts(batch);
        check.BeforeForward(place, features, targets);
        var output = work.FirstLoss(place, batch, work.Phases - 1, null, check);
        check.EndEvaluation(place);
        checks = false;
        return output;
    }

    private void Measure(Place place, StepOutput output)
    {
        foreach (var metric in metrics)
        {
            if (work.ForMetric(output, metric.Input) is not var (predictions, targets))
            {
                throw place.Error($"the metric '{metric.Name}' needs predictions and targets, and the step function gives a loss only. "
                    + "Return new StepOutput(loss, predictions, targets).");
            }

            try
            {
                metric.Add(predictions, targets);
            }
            catch (ArgumentException exception)
            {
                throw place.Error($"the metric '{metric.Name}': {exception.Message}", exception);
            }
        }
    }
}
