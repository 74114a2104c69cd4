using DeepLearningCourse.Models;
using DeepLearningCourse.Training.Checks;
using static TorchSharp.torch;

namespace DeepLearningCourse.Training;

/// <summary>
/// Runs the slides' training loop: <c>train()</c>, <c>zero_grad()</c>, forward, <c>criterion(preds, y)</c>,
/// <c>backward()</c>, <c>step()</c>, batch by batch and epoch by epoch.
/// </summary>
/// <remarks>
/// Every tensor that the loop makes is disposed by the loop. It runs on the caller's thread, because TorchSharp keeps
/// gradient mode and dispose scopes per thread. The network, criterion and optimizer stay the caller's to dispose.
/// </remarks>
/// <example>
/// <code>
/// var trainer = new Trainer(model, criterion, optimizer, new TrainerOptions { Epochs = 50 });
/// TrainingHistory history = trainer.Fit(trainLoader, validationLoader);
/// Evaluation test = trainer.Evaluate(testLoader);
/// </code>
/// </example>
public sealed class Trainer
{
    private readonly nn.Module<Tensor, Tensor> model;
    private readonly nn.IModule<Tensor, Tensor, Tensor> criterion;
    private readonly optim.Optimizer optimizer;
    private readonly TrainerOptions options;

    // Kept from one Fit to the next: float16 goes on with the scale it found.
    private PrecisionPolicy? precision;

    /// <summary>Creates a trainer.</summary>
    /// <param name="model">The network, already on its device.</param>
    /// <param name="criterion">The loss: what it makes of (predictions, targets) must be one number, so its reduction is
    /// mean or sum.</param>
    /// <param name="optimizer">The optimizer, made from <c>model.parameters()</c>.</param>
    /// <param name="options">How to train; the defaults if null.</param>
    /// <exception cref="ArgumentOutOfRangeException">An option has a value it cannot have.</exception>
    /// <exception cref="ArgumentException">Options and optimizer do not go together.</exception>
    public Trainer(
        nn.Module<Tensor, Tensor> model, nn.IModule<Tensor, Tensor, Tensor> criterion,
        optim.Optimizer optimizer, TrainerOptions? options = null)
    {
        ArgumentNullException.ThrowIfNull(model);
        ArgumentNullException.ThrowIfNull(criterion);
        ArgumentNullException.ThrowIfNull(optimizer);
        this.model = model;
        this.criterion = criterion;
        this.optimizer = optimizer;
        this.options = options ?? new TrainerOptions();
        this.options.Validate();

        if (GradientStep.NeedsClosure(optimizer) && this.options is not { BatchesPerStep: 1, ClipNorm: null, ClipValue: null, Precision: Precision.Float32 })
        {
            throw new ArgumentException(
                "LBFGS computes the gradients itself, several times in a step: TrainerOptions.BatchesPerStep, ClipNorm, ClipValue and Precision are not for it.", nameof(options));
        }
    }

    /// <summary>Trains the network on batches of features and targets.</summary>
    /// <param name="train">The batches, <c>[batch, features]</c> and <c>[batch, targets]</c>; gone through once an epoch.</param>
    /// <param name="validation">Batches to evaluate on after each epoch, in evaluation mode and without gradients.</param>
    /// <param name="cancellationToken">Ends the run at the next batch; the weights stay as they are then.</param>
    /// <returns>The losses of each completed epoch, and why the run ended.</returns>
    /// <exception cref="TrainingException">The data, the network and the criterion do not fit together, the loss is not
    /// a number, or there is no data.</exception>
    /// <exception cref="ForwardException">A layer got a tensor that does not fit.</exception>
    /// <exception cref="NotSupportedException">The device cannot be trained on in the precision that was asked for.</exception>
    public TrainingHistory Fit(
        IEnumerable<(Tensor features, Tensor target)> train,
        IEnumerable<(Tensor features, Tensor target)>? validation = null,
        CancellationToken cancellationToken = default)
    {
        ArgumentNullException.ThrowIfNull(train);
        var device = FindDevice();
        precision ??= new PrecisionPolicy(options.Precision, device);
        using var loop = new TrainingLoop(model, criterion, optimizer, options, device, precision);
        return ProgressDisplay.Show(options, train, display => loop.Run(train, validation, display, cancellationToken));
    }

    /// <summary>Looks for mistakes with one training step on the next batch, and leaves no trace: weights, gradients, buffers such as running statistics,
    /// modes, torch's random numbers, the optimizer and the loader's position are afterwards as they were before.</summary>
    /// <param name="train">The batches that <see cref="Fit"/> will get. Of a sequence that can be read only once the first batch is used up.</param>
    /// <returns>All findings: targets that do not fit the predictions, networks that end in another function than the criterion expects, parameters that
    /// would not be trained, and more. <see cref="Fit"/> looks at its first batch in the same way and throws the first error.</returns>
    /// <exception cref="NotSupportedException">The device cannot be trained on in the precision that was asked for.</exception>
    /// <example><code>trainer.Check(trainLoader).ThrowIfFailed();</code></example>
    public TrainingCheck Check(IEnumerable<(Tensor features, Tensor target)> train)
    {
        ArgumentNullException.ThrowIfNull(train);
        Device device;

        try
        {
            device = FindDevice();
        }
        catch (InvalidOperationException exception)
        {
            // Layers that cannot be registered, or a device that is not the network's.
            return new TrainingCheck([new CheckFinding(CheckSeverity.Error, exception.Message)]);
        }

        precision ??= new PrecisionPolicy(options.Precision, device);
        return new CheckRun(model, criterion, [optimizer], device, precision).Of(train);
    }

    /// <summary>Measures the network on batches, in evaluation mode and without gradients.</summary>
    /// <param name="data">The batches, <c>[batch, features]</c> and <c>[batch, targets]</c>.</param>
    /// <param name="cancellationToken">Ends the evaluation at the next batch.</param>
    /// <returns>The mean loss and, for a classification, the confusion matrix.</returns>
    /// <exception cref="TrainingException">There is no data, or the criterion cannot compare predictions and targets.</exception>
    /// <exception cref="ForwardException">A layer got a tensor that does not fit.</exception>
    /// <exception cref="OperationCanceledException">The token asked to stop.</exception>
    public Evaluation Evaluate(
        IEnumerable<(Tensor features, Tensor target)> data, CancellationToken cancellationToken = default)
    {
        ArgumentNullException.ThrowIfNull(data);
        return new EvaluationLoop(model, criterion, FindDevice()).Run(data, new TrainingHistory(), cancellationToken);
    }

    private Device FindDevice()
    {
        var own = model.named_parameters().FirstOrDefault().parameter?.device;
        if (options.Device is { } wanted && own is not null && (wanted.type != own.type || (wanted.index >= 0 && wanted.index != own.index)))
        {
            throw new TrainingException(
                $"The network is on {own} and TrainerOptions.Device is {wanted}. Call model.to(device) before making the optimizer.",
                0, 0, new TrainingHistory());
        }

        return options.Device ?? own ?? CPU;
    }
}
