using System.Diagnostics.CodeAnalysis;
using DeepLearningCourse.Checkpoints;
using DeepLearningCourse.Models;
using DeepLearningCourse.Optimization;
using Spectre.Console;
using static TorchSharp.torch;

namespace DeepLearningCourse.Training;

/// <summary>
/// Runs the training loop over batches of any type, with a function of yours from a batch to a loss: several inputs, several losses, a network that learns from
/// another one, or two that learn from each other.
/// </summary>
/// <remarks>
/// Every tensor that the loop and the function make is disposed by the loop. It runs on the caller's thread, because TorchSharp keeps gradient mode and dispose
/// scopes per thread; <see cref="FitAsync"/> runs on a thread of its own. The network, criterion and optimizer stay the caller's to dispose.
/// </remarks>
/// <typeparam name="TBatch">A batch: a tuple, a record, a dictionary, a tensor. Tuples of tensors are moved to the network's device; for others give the
/// <see cref="Data.DataLoader{TBatch}"/> the device.</typeparam>
/// <example>
/// <code>
/// var trainer = new Trainer&lt;(Tensor image, Tensor text, Tensor label)&gt;(
///     model, batch => criterion.call(model.call(batch.image, batch.text), batch.label), optimizer);
/// TrainingHistory history = trainer.Fit(trainLoader);
/// </code>
/// </example>
public partial class Trainer<TBatch>
{
    private readonly nn.Module model;
    private readonly IReadOnlyList<(string Name, optim.Optimizer Optimizer, Schedule? Schedule)> phases;
    private readonly Func<Device, BatchWork<TBatch>> work;
    private readonly TrainerOptions options;

    // Kept from one Fit to the next: float16 goes on with the scale it found.
    private IReadOnlyList<PrecisionPolicy>? precisions;
    private StopRequest? running;

    /// <summary>Creates a trainer with a step function.</summary>
    /// <param name="model">The network, already on its device; with several networks, one that holds them all.</param>
    /// <param name="step">From a batch to the loss: forward and criterion. Also called to evaluate, then in evaluation mode and without gradients.</param>
    /// <param name="optimizer">The optimizer, made from <c>model.parameters()</c>.</param>
    /// <param name="options">How to train; the defaults if null.</param>
    /// <exception cref="ArgumentOutOfRangeException">An option has a value it cannot have.</exception>
    /// <exception cref="ArgumentException">Options and optimizer do not go together.</exception>
    public Trainer(nn.Module model, Func<TBatch, StepOutput> step, optim.Optimizer optimizer, TrainerOptions? options = null)
        : this(model, [new TrainingPhase<TBatch>("optimizer", step, optimizer) { Schedule = options?.Schedule }], options ?? new TrainerOptions())
    {
    }

    /// <summary>Creates a trainer with several optimizers that take turns on each batch.</summary>
    /// <param name="model">The network that holds all networks that are trained.</param>
    /// <param name="phases">The turns, in their order. The last one's loss is that of the history and of evaluations.</param>
    /// <param name="options">How to train.</param>
    /// <exception cref="ArgumentOutOfRangeException">An option has a value it cannot have.</exception>
    /// <exception cref="ArgumentException">There is no phase, two have one name, or options and optimizers do not go together.</exception>
    public Trainer(nn.Module model, IReadOnlyList<TrainingPhase<TBatch>> phases, TrainerOptions options)
        : this(model, Described(phases), device => new CustomWork<TBatch>(model, phases, device), options)
    {
    }

    private protected Trainer(
        nn.Module model, IReadOnlyList<(string Name, optim.Optimizer Optimizer, Schedule? Schedule)> phases, Func<Device, BatchWork<TBatch>> work,
        TrainerOptions? options)
    {
        ArgumentNullException.ThrowIfNull(model);
        (this.model, this.phases, this.work, this.options) = (model, phases, work, options ?? new TrainerOptions());
        this.options.Validate();
        RequireSense();
    }

    /// <summary>Trains the network.</summary>
    /// <param name="train">The batches; gone through once an epoch. What a sequence of yours makes on its way belongs to nobody but itself: it is freed when nothing
    /// holds it any more, at most 64 MB later, and if something does still, it goes to the DisposeScope around this call at the end.</param>
    /// <param name="validation">Batches to evaluate on, in evaluation mode and without gradients.</param>
    /// <param name="resume">The checkpoint to go on from. Default: the run begins anew.</param>
    /// <param name="cancellationToken">Ends the run at the next step, or while it waits for a batch; the weights stay as they are then.</param>
    /// <returns>The losses of each epoch, one that the run ended in included, and why it ended.</returns>
    /// <exception cref="TrainingException">The data, the network and the criterion do not fit together, the loss is not
    /// a number, or there is no data.</exception>
    /// <exception cref="ForwardException">A layer got a tensor that does not fit.</exception>
    /// <exception cref="CheckpointException">The checkpoint is another run's, or damaged and there is no earlier one.</exception>
    /// <exception cref="FileNotFoundException">There is no such checkpoint.</exception>
    /// <exception cref="NotSupportedException">The device cannot be trained on in the precision that was asked for, or an optimizer of TorchSharp's own is to be
    /// saved or resumed.</exception>
    /// <exception cref="InvalidOperationException">This trainer is training already; or another thread trains the network, or a layer of it, or evaluates it and does not
    /// end within 10 seconds.</exception>
    public TrainingHistory Fit(
        IEnumerable<TBatch> train, IEnumerable<TBatch>? validation = null, ResumeFrom? resume = null, CancellationToken cancellationToken = default) =>
        Run(train, validation, resume, null, cancellationToken);

    /// <summary>Trains the network on a thread of its own, which nothing else may predict with or evaluate meanwhile but the callbacks.</summary>
    /// <param name="train">The batches; gone through once an epoch.</param>
    /// <param name="validation">Batches to evaluate on.</param>
    /// <param name="progress">Is told how far the run is: each <see cref="TrainerOptions.LogEverySteps"/> steps and after each epoch, on the training thread.</param>
    /// <param name="resume">The checkpoint to go on from. Default: the run begins anew.</param>
    /// <param name="cancellationToken">Ends the run at the next step. The task then has a history, and is not canceled.</param>
    /// <returns>What <see cref="Fit"/> returns or throws.</returns>
    public Task<TrainingHistory> FitAsync(
        IEnumerable<TBatch> train, IEnumerable<TBatch>? validation = null, IProgress<TrainingProgress>? progress = null, ResumeFrom? resume = null,
        CancellationToken cancellationToken = default)
    {
        ArgumentNullException.ThrowIfNull(train);
        TaskCompletionSource<TrainingHistory> result = new(TaskCreationOptions.RunContinuationsAsynchronously);
        Thread thread = new(() => Complete(result, () => Run(train, validation, resume, progress, cancellationToken)))
        {
            Name = "training",
            IsBackground = true,
        };
        thread.Start();
        return result.Task;
    }

    /// <summary>Looks for mistakes with one training step on the next batch, and leaves no trace: weights, gradients, buffers such as running statistics,
    /// modes, torch's random numbers, the optimizer and the loader's position are afterwards as they were before.</summary>
    /// <param name="train">The batches that <see cref="Fit"/> will get. Of a sequence that can be read only once the first batch is used up.</param>
    /// <returns>All findings: targets that do not fit the predictions, networks that end in another function than the criterion expects, parameters that
    /// would not be trained, and more. <see cref="Fit"/> looks at its first batch in the same way and throws the first error. With a step function of your own
    /// only data, parameters and gradients are looked at.</returns>
    /// <exception cref="NotSupportedException">The device cannot be trained on in the precision that was asked for.</exception>
    /// <exception cref="InvalidOperationException">Another thread trains the network, or a layer of it, or evaluates it and does not end within 10 seconds.</exception>
    /// <example><code>trainer.Check(trainLoader).ThrowIfFailed();</code></example>
    public TrainingCheck Check(IEnumerable<TBatch> train)
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

        using TrainingClaim claim = new(model);
        precisions ??= [.. phases.Select(_ => new PrecisionPolicy(options.Precision, device))];
        return work(device).Check(train, [.. phases.Select(phase => phase.Optimizer)], precisions[0]);
    }

    /// <summary>Measures the network on batches, in evaluation mode and without gradients.</summary>
    /// <param name="data">The batches.</param>
    /// <param name="cancellationToken">Ends the evaluation at the next batch.</param>
    /// <returns>The mean loss, the values of <see cref="TrainerOptions.Metrics"/> and, for a classification, the confusion matrix.</returns>
    /// <exception cref="TrainingException">There is no data, or the criterion cannot compare predictions and targets.</exception>
    /// <exception cref="ForwardException">A layer got a tensor that does not fit.</exception>
    /// <exception cref="OperationCanceledException">The token asked to stop.</exception>
    /// <exception cref="InvalidOperationException">Another thread trains the network, or a layer of it.</exception>
    public Evaluation Evaluate(IEnumerable<TBatch> data, CancellationToken cancellationToken = default)
    {
        ArgumentNullException.ThrowIfNull(data);
        using BatchSource<TBatch> source = new(data);
        return new EvaluationLoop<TBatch>(model, work(FindDevice()), options, "Evaluation").Run(source, new TrainingHistory(), cancellationToken);
    }

    /// <summary>Ends the run that is going on at its next step, or while it waits for a batch, from any thread; nothing if there is none. How long a sample that
    /// hangs can hold it up says <see cref="Data.DataLoader{TBatch}.WithCancellation"/>.</summary>
    public void Stop() => Volatile.Read(ref running)?.Ask(StopReason.Stopped);

    /// <summary>Prints the loop as it will run, with the callbacks where they are called.</summary>
    public void PrintLoop()
    {
        var console = options.Console ?? AnsiConsole.Console;
        console.Profile.Out.Writer.Write(LoopText.Of(new CallbackList(options.Callbacks), options, [.. phases.Select(phase => phase.Name)]));
    }

    private static IReadOnlyList<(string Name, optim.Optimizer Optimizer, Schedule? Schedule)> Described(IReadOnlyList<TrainingPhase<TBatch>> phases)
    {
        ArgumentNullException.ThrowIfNull(phases);

        foreach (var phase in phases)
        {
            ArgumentNullException.ThrowIfNull(phase, nameof(phases));
            ArgumentNullException.ThrowIfNull(phase.Loss, "step");
            ArgumentNullException.ThrowIfNull(phase.Optimizer, "optimizer");
        }

        return phases.Select(phase => phase.Name).Distinct().Count() == phases.Count && phases.Count > 0
            ? [.. phases.Select(phase => (phase.Name, phase.Optimizer, phase.Schedule))]
            : throw new ArgumentException("A trainer has one phase or more, each with a name of its own.", nameof(phases));
    }

    [SuppressMessage("Design", "CA1031", Justification = "Whatever ends the run is the task's.")]
    private static void Complete(TaskCompletionSource<TrainingHistory> result, Func<TrainingHistory> run)
    {
        try
        {
            result.SetResult(run());
        }
        catch (Exception exception)
        {
            result.SetException(exception);
        }
    }

    private TrainingHistory Run(
        IEnumerable<TBatch> train, IEnumerable<TBatch>? validation, ResumeFrom? resume, IProgress<TrainingProgress>? progress, CancellationToken cancellationToken)
    {
        ArgumentNullException.ThrowIfNull(train);
        return Alone(stop =>
        {
            var device = FindDevice();
            precisions ??= [.. phases.Select(_ => new PrecisionPolicy(options.Precision, device))];
            return new FitSession<TBatch>(model, phases, work(device), precisions, options.Effective(), stop).Run(train, validation, resume, progress);
        }, cancellationToken);
    }

    /// <summary>Does what trains the network, and refuses a second one meanwhile.</summary>
    private TResult Alone<TResult>(Func<StopRequest, TResult> train, CancellationToken cancellationToken)
    {
        using StopRequest stop = new(cancellationToken);

        if (Interlocked.CompareExchange(ref running, stop, null) is not null)
        {
            throw new InvalidOperationException("This trainer is training already. Wait for that run to end, or make another trainer with another network.");
        }

        try
        {
            using var signals = options.HandleSignals ? new SignalWatch(stop) : null;
            return train(stop);
        }
        finally
        {
            Volatile.Write(ref running, null);
        }
    }

    private void RequireSense()
    {
        if (phases.Any(phase => GradientStep.NeedsClosure(phase.Optimizer)) && options is not { BatchesPerStep: 1, ClipNorm: null, ClipValue: null, Precision: Precision.Float32 })
        {
            throw new ArgumentException(
                "LBFGS computes the gradients itself, several times in a step: TrainerOptions.BatchesPerStep, ClipNorm, ClipValue and Precision are not for it.", nameof(options));
        }

        if (phases.Count > 1 && options.Schedule is not null)
        {
            throw new ArgumentException("With several phases each has a schedule of its own: set TrainingPhase.Schedule in place of TrainerOptions.Schedule.", nameof(options));
        }
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
