using static TorchSharp.torch;

namespace DeepLearningCourse.Training;

/// <summary>
/// Runs the slides' training loop: <c>train()</c>, <c>zero_grad()</c>, forward, <c>criterion(preds, y)</c>,
/// <c>backward()</c>, <c>step()</c>, batch by batch and epoch by epoch.
/// </summary>
/// <remarks>
/// Every tensor that the loop makes is disposed by the loop. It runs on the caller's thread, because TorchSharp keeps
/// gradient mode and dispose scopes per thread. The network, criterion and optimizer stay the caller's to dispose. Batches are features and targets,
/// <c>[batch, features]</c> and <c>[batch, targets]</c>; for any others there is <see cref="Trainer{TBatch}"/>.
/// </remarks>
/// <example>
/// <code>
/// var trainer = new Trainer(model, criterion, optimizer, new TrainerOptions { Epochs = 50 });
/// TrainingHistory history = trainer.Fit(trainLoader, validationLoader);
/// Evaluation test = trainer.Evaluate(testLoader);
/// </code>
/// </example>
public sealed class Trainer : Trainer<(Tensor features, Tensor target)>
{
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
        : base(model, Phase(criterion, optimizer, options), device => new SupervisedWork(model, criterion, device), options)
    {
    }

    private static (string, optim.Optimizer, Optimization.Schedule?)[] Phase(
        nn.IModule<Tensor, Tensor, Tensor> criterion, optim.Optimizer optimizer, TrainerOptions? options)
    {
        ArgumentNullException.ThrowIfNull(criterion);
        ArgumentNullException.ThrowIfNull(optimizer);
        return [("optimizer", optimizer, options?.Schedule)];
    }
}
