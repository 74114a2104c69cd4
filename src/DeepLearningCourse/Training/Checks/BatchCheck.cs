using DeepLearningCourse.Models;
using DeepLearningCourse.Models.Printing;
using TorchSharp.Modules;
using static TorchSharp.torch;

namespace DeepLearningCourse.Training.Checks;

/// <summary>Looks at one training step and finds the mistakes that PyTorch lets pass in silence, or reports obscurely.</summary>
/// <remarks>The step calls the three methods on its way; the check computes no forward pass of its own. Dispose it: between
/// <see cref="BeforeForward"/> and <see cref="BeforeLoss"/> it watches the network's layers.</remarks>
/// <param name="model">The network.</param>
/// <param name="criterion">The loss; null for a step that computes its own, of which only data, parameters and gradients are looked at.</param>
/// <param name="optimizers">All optimizers that train the network.</param>
/// <param name="gradientsAreScaled">Whether gradients may overflow because they are scaled, as those of float16 are.</param>
internal sealed class BatchCheck(
    nn.Module model, nn.IModule<Tensor, Tensor, Tensor>? criterion, IReadOnlyList<optim.Optimizer> optimizers, bool gradientsAreScaled) : IDisposable
{
    private readonly ParameterFindings parameters = new(model, optimizers);
    private LayerTrace? trace;
    private readonly List<string> deadLayers = [];
    private bool trains = true;
    private IReadOnlyList<Tensor> evaluated = [];
    private IReadOnlyList<LayerStep> steps = [];

    public FindingList Findings { get; } = new();

    /// <summary>Looks at an evaluation: at data, predictions and targets, as nothing is to be learned.</summary>
    public static BatchCheck OfEvaluation(nn.Module model, nn.IModule<Tensor, Tensor, Tensor>? criterion) => new(model, criterion, [], false) { trains = false };

    /// <summary>Parameters that are trained but not registered.</summary>
    public IReadOnlyList<Tensor> Unregistered => parameters.Unregistered;

    /// <summary>The data, the parameters and the optimizers, before anything is computed.</summary>
    /// <param name="features">What the network gets.</param>
    /// <param name="targets">What the criterion gets; null where the step has none, or its own kind of them.</param>
    public void BeforeForward(IReadOnlyList<Tensor> features, Tensor? targets)
    {
        using var scope = NewDisposeScope();
        DataFindings.Find(features, targets, criterion, trains, Findings);

        if (trains)
        {
            parameters.BeforeForward(Findings);
            trace = new LayerTrace(model, Left);
        }
        else
        {
            evaluated = features;
        }
    }

    /// <summary>The predictions against targets and criterion.</summary>
    public void BeforeLoss(Tensor predictions, Tensor? targets)
    {
        EndTrace();
        using var scope = NewDisposeScope();
        using var withoutGradients = no_grad();

        if (trains)
        {
            parameters.BeforeLoss(predictions, Findings);
        }

        if (criterion is null || targets is null)
        {
            return;
        }

        new CriterionFindings(criterion, predictions, targets, trains, Findings).Find();
        FindLastFunction(criterion, predictions);
    }

    /// <summary>The gradients, after backward.</summary>
    public void BeforeStep()
    {
        EndTrace();
        using var scope = NewDisposeScope();
        using var withoutGradients = no_grad();
        parameters.BeforeStep(deadLayers, gradientsAreScaled, Findings);
    }

    public void Dispose() => EndTrace();

    private void FindLastFunction(nn.IModule<Tensor, Tensor, Tensor> loss, Tensor predictions)
    {
        if (trains)
        {
            ActivationFindings.Find(loss, predictions, PredictionSource.Of(predictions, steps), Findings);
            return;
        }

        // Advice on learning comes too late here. There are no hooks, as other threads may be predicting with the network.
        FindingList found = new();
        var source = loss is BCEWithLogitsLoss or CrossEntropyLoss or NLLLoss or BCELoss
            && model is nn.Module<Tensor, Tensor> network && evaluated is [var features]
                ? PredictionSource.Of(network, features, predictions)
                : PredictionSource.Unknown;
        ActivationFindings.Find(loss, predictions, source, found);

        if (found.FirstError is { } error)
        {
            Findings.Error(error);
        }
    }

    // Seen at once: a Sequential disposes what its layers give.
    private void Left(LayerStep step)
    {
        if (step is not { Layer: ReLU or ReLU6, OutputTensors: [{ IsInvalid: false } output] } || output.numel() == 0)
        {
            return;
        }

        using var scope = NewDisposeScope();
        using var withoutGradients = no_grad();
        if (output.count_nonzero().item<long>() == 0)
        {
            deadLayers.Add($"'{step.Path}' ({LayerText.Of(step.Layer)})");
        }
    }

    private void EndTrace()
    {
        if (trace is not null)
        {
            trace.Dispose();
            steps = trace.Steps;
            trace = null;
        }
    }
}
