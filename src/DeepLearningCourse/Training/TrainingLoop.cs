using System.Diagnostics;
using DeepLearningCourse.Models;
using DeepLearningCourse.Runtime;
using static TorchSharp.torch;

namespace DeepLearningCourse.Training;

/// <summary>The slides' training loop, in the slides' order.</summary>
internal sealed class TrainingLoop(
    nn.Module<Tensor, Tensor> model,
    nn.IModule<Tensor, Tensor, Tensor> criterion,
    optim.Optimizer optimizer,
    TrainerOptions options,
    Device device,
    PrecisionPolicy precision) : IDisposable
{
    private readonly TrainingHistory history = new();
    private readonly FirstBatchCheck check = new(model, criterion, [optimizer], precision);
    private readonly EvaluationLoop evaluation = new(model, criterion, device);

    public TrainingHistory Run(
        IEnumerable<(Tensor features, Tensor target)> train,
        IEnumerable<(Tensor features, Tensor target)>? validation,
        ProgressDisplay display,
        CancellationToken cancellationToken)
    {
        _ = NativeHeap.KeepFreedMemory();
        using var threads = new ThreadChoice(options.Threads);

        try
        {
            for (var epoch = 1; epoch <= options.Epochs; epoch++)
            {
                var started = Stopwatch.GetTimestamp();
                var update = new GradientStep(model, criterion, optimizer, options, precision, epoch);
                var trainLoss = TrainEpoch(epoch, train, update, threads, display, cancellationToken);
                update.EndEpoch();
                var validated = validation is null ? null : Validate(validation, cancellationToken);
                var result = new EpochResult(epoch, trainLoss, validated, Stopwatch.GetElapsedTime(started))
                {
                    Steps = update.Steps,
                    LearningRates = [.. optimizer.ParamGroups.Select(group => group.LearningRate)],
                    GradientNorm = options.ClipNorm is null ? null : update.NormSum / update.Steps,
                };
                history.Add(result);
                display.EpochEnded(result);
                EndEpoch(result);
            }

            history.StopReason = StopReason.Completed;
        }
        catch (OperationCanceledException) when (cancellationToken.IsCancellationRequested)
        {
            history.StopReason = StopReason.Canceled;
        }

        return history;
    }

    public void Dispose() => check.Dispose();

    /// <summary>Evaluates the average of the weights, if there is one, else the weights.</summary>
    private Evaluation Validate(IEnumerable<(Tensor features, Tensor target)> validation, CancellationToken cancellationToken)
    {
        using var average = options.Average is { Updates: > 0 } averaged ? averaged.Apply() : null;
        return evaluation.Run(validation, history, cancellationToken);
    }

    private void EndEpoch(EpochResult result)
    {
        if (options.Schedule is not { } schedule || options.ScheduleEvery != TrainingInterval.Epoch)
        {
            return;
        }

        if (schedule.NeedsMetric)
        {
            schedule.Step(result.Validation?.Loss ?? result.TrainLoss);
        }
        else
        {
            schedule.Step();
        }
    }

    private double TrainEpoch(
        int epoch, IEnumerable<(Tensor features, Tensor target)> train, GradientStep update, ThreadChoice threads, ProgressDisplay display,
        CancellationToken cancellationToken)
    {
        var mean = new LossMean(criterion);
        var last = default(Step);
        var batch = 0;
        model.train();
        foreach (var (features, target) in Batches.Of(train, cancellationToken))
        {
            cancellationToken.ThrowIfCancellationRequested();
            using var scope = NewDisposeScope();
            var step = new Step(epoch, ++batch, history, Step.On(device, features), Step.On(device, target));
            var checking = options.CheckFirstBatch && epoch == 1 && batch == 1;
            if (checking)
            {
                check.BeforeForward(step);
            }

            update.Begin();
            var loss = Loss(step, checking, threads);
            var value = step.FiniteValue(loss);
            var isWhole = update.Backward(step, loss);
            if (checking)
            {
                check.BeforeStep(step);
            }

            if (isWhole)
            {
                update.Finish(step);
            }

            mean.Add(value, step.X.size(0));
            display.BatchEnded(epoch, mean.Value);
            last = step;
        }

        // The last batches of an epoch may be fewer than a step takes.
        if (update.IsOpen)
        {
            update.Finish(last);
        }

        return mean.Samples > 0 ? mean.Value : throw Step.NoData("The training data", history);
    }

    /// <summary>Forward and loss, in the precision that was asked for.</summary>
    private Tensor Loss(Step step, bool checking, ThreadChoice threads)
    {
        using var region = precision.Region();
        var preds = step is { Epoch: 1, Batch: 1 } ? threads.Observe(model, step.X) : ForwardCall.Invoke(model, step.X);
        if (checking)
        {
            check.BeforeLoss(step, preds);
        }

        return step.Loss(criterion, preds);
    }
}
