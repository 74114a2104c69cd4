using System.Diagnostics;
using DeepLearningCourse.Models;
using static TorchSharp.torch;

namespace DeepLearningCourse.Training;

/// <summary>The slides' training loop, in the slides' order.</summary>
internal sealed class TrainingLoop(
    nn.Module<Tensor, Tensor> model,
    nn.IModule<Tensor, Tensor, Tensor> criterion,
    optim.Optimizer optimizer,
    TrainerOptions options,
    Device device)
{
    private readonly TrainingHistory history = new();
    private readonly FirstBatchCheck check = new(model, criterion, optimizer);
    private readonly EvaluationLoop evaluation = new(model, criterion, device);

    public TrainingHistory Run(
        IEnumerable<(Tensor features, Tensor target)> train,
        IEnumerable<(Tensor features, Tensor target)>? validation,
        ProgressDisplay display,
        CancellationToken cancellationToken)
    {
        try
        {
            for (var epoch = 1; epoch <= options.Epochs; epoch++)
            {
                var started = Stopwatch.GetTimestamp();
                var trainLoss = TrainEpoch(epoch, train, display, cancellationToken);
                var validated = validation is null ? null : evaluation.Run(validation, history, cancellationToken);
                var result = new EpochResult(epoch, trainLoss, validated, Stopwatch.GetElapsedTime(started));
                history.Add(result);
                display.EpochEnded(result);
            }

            history.StopReason = StopReason.Completed;
        }
        catch (OperationCanceledException) when (cancellationToken.IsCancellationRequested)
        {
            history.StopReason = StopReason.Canceled;
        }

        return history;
    }

    private double TrainEpoch(
        int epoch, IEnumerable<(Tensor features, Tensor target)> train, ProgressDisplay display, CancellationToken cancellationToken)
    {
        var mean = new LossMean(criterion);
        var batch = 0;
        model.train();
        foreach (var (features, target) in Batches.Of(train, cancellationToken))
        {
            cancellationToken.ThrowIfCancellationRequested();
            using var scope = NewDisposeScope();
            var step = new Step(epoch, ++batch, history, features.to(device), target.to(device));
            var checking = options.CheckFirstBatch && epoch == 1 && batch == 1;
            if (checking)
            {
                check.BeforeForward(step);
            }

            optimizer.zero_grad();
            var preds = ForwardCall.Invoke(model, step.X);
            if (checking)
            {
                check.BeforeLoss(step, preds);
            }

            var loss = step.Loss(criterion, preds);
            var value = step.FiniteValue(loss);
            loss.backward();
            if (checking)
            {
                check.BeforeStep(step);
            }

            optimizer.step();
            mean.Add(value, step.X.shape[0]);
            display.BatchEnded(epoch, mean.Value);
        }

        return mean.Samples > 0 ? mean.Value : throw Step.NoData("The training data", history);
    }
}
