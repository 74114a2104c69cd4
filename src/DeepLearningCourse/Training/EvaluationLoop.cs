using DeepLearningCourse.Metrics;
using DeepLearningCourse.Models;
using static TorchSharp.torch;

namespace DeepLearningCourse.Training;

/// <summary>The slides' inference over batches: <c>eval()</c>, <c>no_grad()</c>, forward, loss.</summary>
internal sealed class EvaluationLoop<TBatch>(nn.Module model, BatchWork<TBatch> work, IReadOnlyList<Metric> metrics)
{
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
            var place = new Place(0, ++batch, history);
            var moved = work.Move(given);
            var output = work.Loss(place, moved, work.Phases - 1);
            var samples = output.Samples ?? work.Samples(moved);
            totals.Add(work.FiniteValue(place, moved, output.Loss), samples, work.IsSum, null);
            counter?.Add(output);
            Measure(place, output);
        }

        data.Complete();
        return totals.Samples > 0
            ? new Evaluation(totals.MeanLoss, totals.Samples, counter?.Matrix) { Metrics = metrics.ToDictionary(metric => metric.Name, metric => metric.Value) }
            : throw Place.NoData("The evaluation data", history);
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
