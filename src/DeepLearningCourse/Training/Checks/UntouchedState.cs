using DeepLearningCourse.Models;
using DeepLearningCourse.Runtime;
using static TorchSharp.torch;

namespace DeepLearningCourse.Training.Checks;

/// <summary>Takes note of all that a training step changes in a network, and puts it back when it is disposed.</summary>
/// <remarks>Made and disposed inside one DisposeScope, which owns the copies.</remarks>
internal sealed class UntouchedState : IDisposable
{
    private readonly nn.Module model;
    private readonly List<(string Name, Tensor Copy)> values;
    private readonly List<(Tensor Owner, Tensor? Gradient)> gradients = [];
    private readonly KeptModes modes;
    private readonly GeneratorState generators = new();

    /// <param name="model">The network; it has no gradients until this is disposed.</param>
    /// <param name="others">Tensors outside of it that may get gradients.</param>
    public UntouchedState(nn.Module model, IEnumerable<Tensor> others)
    {
        this.model = model;
        using var withoutGradients = no_grad();
        values = [.. State().Select(entry => (entry.Name, entry.Value.clone()))];
        modes = new KeptModes(model);

        foreach (var owner in model.parameters().Concat(others).DistinctBy(TensorIdentity.Of))
        {
            gradients.Add((owner, owner.grad));
            owner.grad = null;
        }
    }

    public void Dispose()
    {
        using var withoutGradients = no_grad();

        try
        {
            PutBack();
        }
        finally
        {
            modes.Dispose();
            generators.Dispose();
        }
    }

    private void PutBack()
    {
        foreach (var (owner, gradient) in gradients)
        {
            owner.grad = gradient;
        }

        var now = State().ToDictionary(entry => entry.Name, entry => entry.Value);
        foreach (var (name, copy) in values)
        {
            if (now.TryGetValue(name, out var value))
            {
                AllTensors.PutBack(value, copy);
            }
        }
    }

    /// <summary>Parameters and buffers, those that are not saved included.</summary>
    private IEnumerable<(string Name, Tensor Value)> State()
    {
        foreach (var (name, value) in model.state_dict())
        {
            yield return (name, value);
        }

        foreach (var (name, value) in model.named_buffers(true))
        {
            yield return ($"buffer {name}", value);
        }
    }
}
