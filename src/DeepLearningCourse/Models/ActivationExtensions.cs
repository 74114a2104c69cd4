using static TorchSharp.torch;

namespace DeepLearningCourse.Models;

/// <summary>What the layers inside a network give.</summary>
public static class ActivationExtensions
{
    /// <summary>Runs a forward pass and keeps the output of each layer.</summary>
    /// <param name="model">The network. It is called in evaluation mode, as it predicts, and is left as it was: modes, running statistics, random numbers. Gradients
    /// are recorded if they are on.</param>
    /// <param name="X">The input, as <c>forward</c> takes it, for instance <c>[batch, features]</c>.</param>
    /// <param name="pattern">Which layers, by path, with <c>*</c> for anything: <c>encoder.*</c>; all when left out.</param>
    /// <returns>
    /// The output of each layer by its path, in the order in which they were called; of a layer that was called again, the last. They are the caller's: they go to the
    /// DisposeScope that is open here. A layer with several outputs gives its first.
    /// </returns>
    /// <exception cref="ForwardException">The input does not fit; it names the layer.</exception>
    /// <exception cref="InvalidOperationException">Another thread trains the network.</exception>
    /// <exception cref="ArgumentException">No layer that was called has such a path.</exception>
    /// <remarks>As with PyTorch's forward hooks, a layer that <c>forward</c> does not call through <c>call</c> is not seen.</remarks>
    /// <example>
    /// <code>
    /// using var scope = NewDisposeScope();
    /// var activations = model.Activations(X);
    /// var hidden = activations["relu_1"]; // [batch, 32]
    /// </code>
    /// </example>
    public static IReadOnlyDictionary<string, Tensor> Activations(this nn.Module<Tensor, Tensor> model, Tensor X, string pattern = "*")
    {
        ArgumentNullException.ThrowIfNull(model);
        ArgumentNullException.ThrowIfNull(X);
        var named = new NamePattern(pattern);
        OrderedDictionary<string, Tensor> kept = [];

        try
        {
            using var scope = NewDisposeScope();
            using (new NetworkLook(model))
            using (new LayerTrace(model, step => Keep(kept, named, step)))
            {
                _ = ForwardCall.Invoke(model, X);
            }

            foreach (var tensor in kept.Values)
            {
                scope.Attach(tensor);
                scope.MoveToOuter(tensor);
            }
        }
        catch
        {
            foreach (var tensor in kept.Values)
            {
                tensor.Dispose();
            }

            throw;
        }

        return kept.Count > 0
            ? kept
            : throw new ArgumentException(
                $"No layer that forward of {model.GetType().Name} calls matches '{pattern}'. Its layers are {NameList.Of(model.named_modules().Select(entry => entry.name))}.",
                nameof(pattern));
    }

    // Another tensor on the same memory: forward may dispose its own before the end.
    private static void Keep(OrderedDictionary<string, Tensor> kept, NamePattern pattern, LayerStep step)
    {
        if (!pattern.Matches(step.Path) || step.OutputTensors.Count == 0)
        {
            return;
        }

        if (kept.Remove(step.Path, out var earlier))
        {
            earlier.Dispose();
        }

        kept.Add(step.Path, step.OutputTensors[0].alias().DetachFromDisposeScope());
    }
}
