using DeepLearningCourse.Models;
using static TorchSharp.torch;

namespace DeepLearningCourse.Training.Checks;

/// <summary>Parameters that nobody trains, and gradients that do not come.</summary>
internal sealed class ParameterFindings(nn.Module model, IReadOnlyList<optim.Optimizer> optimizers)
{
    private readonly string network = model.GetType().Name;
    private IReadOnlyList<UnregisteredTensor>? unregistered;

    /// <summary>Tensors that are trained, as far as they know, but stand in no registry, and that no optimizer was given.</summary>
    public IReadOnlyList<Tensor> Unregistered => [.. FindUnregistered().Select(hidden => hidden.Value)];

    public void BeforeForward(FindingList findings)
    {
        var all = model.named_parameters().ToList();
        var trainable = all.Where(entry => entry.parameter.requires_grad).ToList();
        if (trainable.Count == 0)
        {
            findings.Error(all.Count > 0
                ? $"all parameters of {network} are frozen, so nothing would be trained. Set requires_grad to true on those that are to learn."
                : $"{network} has no trainable parameters. Declare its layers as fields or properties.{Hint()}");
            return;
        }

        // What has a gradient already cannot show that it gets one.
        unregistered = [.. FindUnregistered().Where(hidden => hidden.Value.grad is null)];
        var held = Held();
        var forgotten = trainable.Where(entry => !held.Contains(TensorIdentity.Of(entry.parameter))).Select(entry => entry.name).ToList();
        if (forgotten.Count > 0)
        {
            findings.Error($"the optimizer does not hold {FindingList.Names(forgotten)}, so they would never be trained. "
                + $"Make the optimizer from model.parameters(), after the last layer was set and model.to(...) was called. {FindingList.SwitchOff}");
        }
    }

    public void BeforeLoss(Tensor predictions, FindingList findings)
    {
        if (!predictions.requires_grad && model.parameters().Any(parameter => parameter.requires_grad))
        {
            findings.Error($"the predictions do not depend on any parameter of {network}, so nothing would be learned: forward cuts the gradient, "
                + "for instance with detach, no_grad or argmax. Return what the last layer gives.");
        }
    }

    public void BeforeStep(IReadOnlyList<string> deadLayers, bool gradientsAreScaled, FindingList findings)
    {
        var trainable = model.named_parameters().Where(entry => entry.parameter.requires_grad).ToList();
        var unused = trainable.Where(entry => entry.parameter.grad is null).Select(entry => entry.name).ToList();
        if (unused.Count > 0 && unused.Count < trainable.Count)
        {
            findings.Error($"{FindingList.Names(unused)} got no gradient: forward of {network} does not use "
                + $"them, or cuts the gradient with detach or no_grad. Use the layer in forward or remove it. {FindingList.SwitchOff}");
        }
        else if (unused.Count > 0 && findings.FirstError is null)
        {
            findings.Error($"{FindingList.Names(unused)} got no gradient: the loss does not depend on any parameter of {network}. "
                + "Compute the loss from what the network gives, without detach, no_grad or argmax on the way.");
        }

        foreach (var hidden in FindUnregistered().Where(hidden => hidden.Value.grad is not null))
        {
            findings.Error($"{hidden.Place} got a gradient and is not registered: model.parameters() does not give it, so it would never be "
                + $"trained or saved. {UnregisteredLayers.Advice(model)} {FindingList.SwitchOff}");
        }

        GradientFindings.Find(model, trainable, deadLayers, gradientsAreScaled, findings);
    }

    private string Hint() => FindUnregistered() is [var first, ..] ? $" {first.Place} is not registered. {UnregisteredLayers.Advice(model)}" : "";

    private IReadOnlyList<UnregisteredTensor> FindUnregistered() =>
        unregistered ??= UnregisteredLayers.In(model, [.. Held(), .. model.parameters().Select(TensorIdentity.Of)]);

    private HashSet<nint> Held() => [.. optimizers.SelectMany(optimizer => optimizer.parameters()).Select(TensorIdentity.Of)];
}
